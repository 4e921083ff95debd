// Draws what the tables of the page say already: the course of a month, and the map. Canvas words only: a strict
// policy lets no style in markup, which ECharts' own boxes would need.
/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/** @param {string} id */
const data = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

/** @param {HTMLElement} box */
function begin(box) {
  box.hidden = false;
  const chart = echarts.init(box, null, { renderer: "canvas" });
  new ResizeObserver(() => chart.resize()).observe(box);
  return chart;
}

/**
 * @param {HTMLElement} box
 * @param {any} figures
 */
function drawMonth(box, figures) {
  const text = { color: colour("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily };
  /**
   * @param {string} name
   * @param {unknown[]} values
   * @param {object} more
   */
  const line = (name, values, more) => ({ name, type: "line", data: values, showSymbol: false, ...more });
  begin(box).setOption({
    animation: false,
    textStyle: text,
    tooltip: { trigger: "axis", renderMode: "richText" },
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: figures.days, axisLabel: text },
    yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: colour("--line") } } },
    series: [
      line(figures.words.present, figures.present, {
        lineStyle: { color: colour("--brand"), width: 3 },
        itemStyle: { color: colour("--brand") },
      }),
      line(figures.words.yearAgo, figures.yearAgo, {
        lineStyle: { color: colour("--brand"), type: "dotted" },
        itemStyle: { color: colour("--brand") },
      }),
    ],
  });
}

const month = document.querySelector("[data-movement-chart]");
if (month) drawMonth(month, data("movement-chart"));

/**
 * @param {WithData} card
 * @param {any} figures
 */
async function drawMap(card, figures) {
  const shapes = await (await fetch(card.dataset.movementMap)).json();
  const codes = new Set(shapes.features.map((/** @type {any} */ shape) => shape.properties.code));
  if (!figures.districts.some((/** @type {any} */ area) => codes.has(area.code))) return; // another province: its tables say it all
  const toldOf = new Set(figures.districts.map((/** @type {any} */ area) => area.code));
  const nobody = figures.days.map(() => (card.querySelector("[data-movement-when]") ? 0 : null));
  for (const { properties: area } of shapes.features) {
    if (!toldOf.has(area.code))
      figures.districts.push({ code: area.code, name: area.name, now: nobody, yearAgo: nobody });
  }
  card.hidden = false;
  echarts.registerMap("districts", shapes);
  const chart = begin(card.querySelector(".movement-map"));
  const when = card.querySelector("[data-movement-when]");
  const yearAgo = card.querySelector("[data-movement-then]");
  const output = card.querySelector("[data-movement-told]");
  const most = Math.max(1, ...figures.districts.flatMap((/** @type {any} */ area) => [...area.now, ...area.yearAgo]));
  const mostHere = Math.max(
    1,
    ...figures.communes.flatMap((/** @type {any} */ area) => [...area.now, ...area.yearAgo]),
  );
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const words = (/** @type {any} */ value) => (value === null ? figures.words.hidden : number.format(value));
  const text = { color: colour("--ink"), fontFamily: getComputedStyle(document.body).fontFamily };

  chart.setOption({
    animation: false,
    textStyle: text,
    tooltip: {
      renderMode: "richText",
      formatter: (/** @type {any} */ { data: area }) => (area?.label2 ? `${area.label2}: ${words(area.exact)}` : ""),
    },
    visualMap: {
      type: "continuous",
      seriesIndex: 0,
      min: 0,
      max: most,
      left: 12,
      bottom: 8,
      itemHeight: 80,
      textStyle: text,
      inRange: { color: [colour("--brand-soft"), colour("--brand")] },
    },
    geo: {
      map: "districts",
      nameProperty: "code",
      roam: false,
      top: 12,
      bottom: 12,
      label: { show: false },
      itemStyle: { borderColor: colour("--paper"), areaColor: colour("--brand-soft") },
      emphasis: { label: { show: false }, itemStyle: { areaColor: colour("--brand") } },
    },
  });

  function show() {
    const place = Number(when?.value ?? 0);
    const values = (/** @type {any} */ area) => (yearAgo.checked ? area.yearAgo : area.now)[place];
    const day = (yearAgo.checked ? figures.daysYearAgo : figures.days)[place];
    const marked = (/** @type {any} */ area) => ({ label2: area.name, exact: values(area), url: area.url });
    chart.setOption({
      series: [
        {
          type: "map",
          geoIndex: 0,
          data: figures.districts.map((/** @type {any} */ area) => ({
            name: area.code,
            value: values(area) ?? 0,
            ...marked(area),
          })),
        },
        {
          type: "scatter",
          coordinateSystem: "geo",
          symbolSize: (/** @type {any} */ value) => (value[2] ? 6 + 26 * Math.sqrt(value[2] / mostHere) : 0),
          itemStyle: { color: colour("--gold"), opacity: 0.75, borderColor: colour("--paper") },
          data: figures.communes.map((/** @type {any} */ area) => ({
            name: area.name,
            value: [...area.at, values(area) ?? 0],
            ...marked(area),
          })),
        },
      ],
    });
    when?.setAttribute("aria-valuetext", day);
    output.value = when ? `${day}: ${number.format(values(figures.total) ?? 0)} ${figures.words.present}` : day;
  }
  chart.on("click", (/** @type {any} */ { data: area }) => {
    if (area?.url) location.assign(area.url);
  });
  when?.addEventListener("input", show);
  yearAgo.addEventListener("change", show);
  show();
}

const card = document.querySelector("[data-movement-map]");
if (card) drawMap(card, data("movement-map"));
