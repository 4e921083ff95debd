// Draws what the tables of the page say already: meetings by former district and by commune of today. Canvas words only:
// a strict policy lets no style in markup, which ECharts' own boxes would need.
/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const card = document.querySelector("[data-listening-map]");
/** @type {any} */
const figures = JSON.parse(document.getElementById("listening-map").textContent);

async function draw() {
  const shapes = await (await fetch(card.dataset.listeningMap)).json();
  const districtsByCode = new Map(figures.districts.map((/** @type {any} */ area) => [area.code, area]));
  if (!shapes.features.some((/** @type {any} */ shape) => districtsByCode.has(shape.properties.code))) return; // another province: the tables say it all
  card.hidden = false;
  const box = card.querySelector(".listening-map");
  echarts.registerMap("districts", shapes);
  const chart = echarts.init(box, null, { renderer: "canvas" });
  new ResizeObserver(() => chart.resize()).observe(box);
  const text = { color: colour("--ink"), fontFamily: getComputedStyle(document.body).fontFamily };
  const districts = shapes.features.map((/** @type {any} */ { properties: area }) => ({
    name: area.code,
    value: districtsByCode.get(area.code)?.number ?? 0,
    title: districtsByCode.get(area.code)?.name ?? area.name,
  }));
  chart.setOption({
    animation: false,
    textStyle: text,
    tooltip: {
      renderMode: "richText",
      formatter: (/** @type {any} */ { data: area }) =>
        area?.title ? `${area.title}: ${area.number ?? area.value} ${figures.words.meetings}` : "",
    },
    visualMap: {
      type: "continuous",
      seriesIndex: 0,
      min: 0,
      max: Math.max(1, ...districts.map((/** @type {any} */ area) => area.value)),
      left: 12,
      bottom: 8,
      itemHeight: 80,
      textStyle: text,
      inRange: { color: [colour("--sunk"), colour("--brand")] },
    },
    geo: {
      map: "districts",
      nameProperty: "code",
      roam: false,
      top: 12,
      bottom: 12,
      label: { show: false },
      itemStyle: { borderColor: colour("--edge"), areaColor: colour("--sunk") },
      emphasis: { label: { show: false }, itemStyle: { areaColor: colour("--brand-soft") } },
    },
    series: [
      { type: "map", geoIndex: 0, data: districts },
      {
        type: "scatter",
        coordinateSystem: "geo",
        symbolSize: (/** @type {any} */ value) => 10 + 5 * Math.sqrt(value[2]),
        itemStyle: { color: colour("--gold"), opacity: 0.85, borderColor: colour("--paper") },
        data: figures.communes.map((/** @type {any} */ area) => ({
          name: area.name,
          value: [...area.at, area.number],
          title: area.name,
          number: area.number,
        })),
      },
    ],
  });
}
draw();
