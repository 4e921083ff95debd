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
 * @param {any} told
 */
function drawMonth(box, told) {
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
    xAxis: { type: "category", data: told.days, axisLabel: text },
    yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: colour("--line") } } },
    series: [
      line(told.words.present, told.present, {
        lineStyle: { color: colour("--brand"), width: 3 },
        itemStyle: { color: colour("--brand") },
      }),
      line(told.words.yearAgo, told.yearAgo, {
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
 * @param {any} told
 */
async function drawMap(card, told) {
  const shapes = await (await fetch(card.dataset.movementMap)).json();
  const codes = new Set(shapes.features.map((/** @type {any} */ shape) => shape.properties.code));
  if (!told.districts.some((/** @type {any} */ one) => codes.has(one.code))) return; // another province: its tables say it all
  const toldOf = new Set(told.districts.map((/** @type {any} */ one) => one.code));
  const nobody = told.days.map(() => (card.querySelector("[data-movement-when]") ? 0 : null));
  for (const { properties: one } of shapes.features) {
    if (!toldOf.has(one.code)) told.districts.push({ code: one.code, name: one.name, now: nobody, yearAgo: nobody });
  }
  card.hidden = false;
  echarts.registerMap("districts", shapes);
  const chart = begin(card.querySelector(".movement-map"));
  const when = card.querySelector("[data-movement-when]");
  const yearAgo = card.querySelector("[data-movement-then]");
  const output = card.querySelector("[data-movement-told]");
  const most = Math.max(1, ...told.districts.flatMap((/** @type {any} */ one) => [...one.now, ...one.yearAgo]));
  const mostHere = Math.max(1, ...told.communes.flatMap((/** @type {any} */ one) => [...one.now, ...one.yearAgo]));
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const words = (/** @type {any} */ value) => (value === null ? told.words.hidden : number.format(value));
  const text = { color: colour("--ink"), fontFamily: getComputedStyle(document.body).fontFamily };

  chart.setOption({
    animation: false,
    textStyle: text,
    tooltip: {
      renderMode: "richText",
      formatter: (/** @type {any} */ { data: one }) => (one?.label2 ? `${one.label2}: ${words(one.exact)}` : ""),
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
    const values = (/** @type {any} */ one) => (yearAgo.checked ? one.yearAgo : one.now)[place];
    const day = (yearAgo.checked ? told.daysYearAgo : told.days)[place];
    const marked = (/** @type {any} */ one) => ({ label2: one.name, exact: values(one), url: one.url });
    chart.setOption({
      series: [
        {
          type: "map",
          geoIndex: 0,
          data: told.districts.map((/** @type {any} */ one) => ({
            name: one.code,
            value: values(one) ?? 0,
            ...marked(one),
          })),
        },
        {
          type: "scatter",
          coordinateSystem: "geo",
          symbolSize: (/** @type {any} */ value) => (value[2] ? 6 + 26 * Math.sqrt(value[2] / mostHere) : 0),
          itemStyle: { color: colour("--gold"), opacity: 0.75, borderColor: colour("--paper") },
          data: told.communes.map((/** @type {any} */ one) => ({
            name: one.name,
            value: [...one.at, values(one) ?? 0],
            ...marked(one),
          })),
        },
      ],
    });
    when?.setAttribute("aria-valuetext", day);
    output.value = when ? `${day}: ${number.format(values(told.total) ?? 0)} ${told.words.present}` : day;
  }
  chart.on("click", (/** @type {any} */ { data: one }) => {
    if (one?.url) location.assign(one.url);
  });
  when?.addEventListener("input", show);
  yearAgo.addEventListener("change", show);
  show();
}

const card = document.querySelector("[data-movement-map]");
if (card) drawMap(card, data("movement-map"));
