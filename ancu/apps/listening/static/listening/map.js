// Draws what the tables of the page say already: meetings by former district and by commune of today. Canvas words only:
// a strict policy lets no style in markup, which ECharts' own boxes would need.
/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const card = document.querySelector("[data-listening-map]");
/** @type {any} */
const told = JSON.parse(document.getElementById("listening-map").textContent);

async function draw() {
  const shapes = await (await fetch(card.dataset.listeningMap)).json();
  const known = new Map(told.districts.map((/** @type {any} */ one) => [one.code, one]));
  if (!shapes.features.some((/** @type {any} */ shape) => known.has(shape.properties.code))) return; // another province: the tables say it all
  card.hidden = false;
  const box = card.querySelector(".listening-map");
  echarts.registerMap("districts", shapes);
  const chart = echarts.init(box, null, { renderer: "canvas" });
  new ResizeObserver(() => chart.resize()).observe(box);
  const text = { color: colour("--ink"), fontFamily: getComputedStyle(document.body).fontFamily };
  const districts = shapes.features.map((/** @type {any} */ { properties: one }) => ({
    name: one.code,
    value: known.get(one.code)?.number ?? 0,
    said: known.get(one.code)?.name ?? one.name,
  }));
  chart.setOption({
    animation: false,
    textStyle: text,
    tooltip: {
      renderMode: "richText",
      formatter: (/** @type {any} */ { data: one }) =>
        one?.said ? `${one.said}: ${one.number ?? one.value} ${told.words.meetings}` : "",
    },
    visualMap: {
      type: "continuous",
      seriesIndex: 0,
      min: 0,
      max: Math.max(1, ...districts.map((/** @type {any} */ one) => one.value)),
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
        data: told.communes.map((/** @type {any} */ one) => ({
          name: one.name,
          value: [...one.at, one.number],
          said: one.name,
          number: one.number,
        })),
      },
    ],
  });
}
draw();
