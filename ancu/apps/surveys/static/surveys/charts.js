// Draws what the table beside it says already: the share of each answer, with its margin as a thin line.
/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** @param {any} box */
function draw(box) {
  const figures = JSON.parse(document.getElementById(box.dataset.surveyChart).textContent);
  box.hidden = false;
  box.style.height = `${Math.max(120, figures.labels.length * 42 + 40)}px`;
  const chart = echarts.init(box, null, { renderer: "canvas" });
  new ResizeObserver(() => chart.resize()).observe(box);
  const text = { color: colour("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily };
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const places = figures.labels.map((/** @type {unknown} */ _label, /** @type {number} */ place) => place);
  chart.setOption({
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 56, top: 8, bottom: 4, containLabel: true },
    xAxis: {
      type: "value",
      min: 0,
      splitNumber: box.clientWidth < 420 ? 2 : 5,
      axisLabel: { ...text, formatter: "{value} %", hideOverlap: true },
      splitLine: { lineStyle: { color: colour("--line") } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: figures.labels,
      axisLabel: { ...text, width: Math.min(180, box.clientWidth * 0.4), overflow: "truncate" },
    },
    series: [
      {
        type: "bar",
        data: figures.values,
        barMaxWidth: 22,
        itemStyle: { color: colour("--brand"), borderRadius: 4 },
        label: {
          show: true,
          position: "insideLeft",
          ...text,
          color: colour("--on-brand"),
          formatter: (/** @type {any} */ { value }) => (value > 12 ? `${number.format(value)} %` : ""),
        },
      },
      {
        type: "custom",
        z: 3,
        data: places
          .filter((/** @type {number} */ place) => figures.values[place] !== null && figures.margins[place] !== null)
          .map((/** @type {number} */ place) => [
            place,
            figures.values[place] - figures.margins[place],
            figures.values[place] + figures.margins[place],
          ]),
        renderItem: (/** @type {unknown} */ _params, /** @type {any} */ api) => {
          const [left, y] = api.coord([Math.max(0, api.value(1)), api.value(0)]);
          const [right] = api.coord([api.value(2), api.value(0)]);
          return {
            type: "line",
            shape: { x1: left, y1: y, x2: right, y2: y },
            style: { stroke: colour("--gold"), lineWidth: 2 },
          };
        },
        encode: { x: [1, 2], y: 0 },
      },
    ],
  });
}

document.querySelectorAll("[data-survey-chart]").forEach(draw);
