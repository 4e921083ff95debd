// Draws what the tables of the page say already: the course of a month, and the map. Canvas words only: a strict
// policy lets no style in markup, which ECharts' own boxes would need.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const data = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

function begin(box) {
  box.hidden = false;
  const chart = echarts.init(box, null, { renderer: "canvas" });
  new ResizeObserver(() => chart.resize()).observe(box);
  return chart;
}

function drawMonth(box, told) {
  const text = { color: colour("--ink-2"), fontFamily: getComputedStyle(document.body).fontFamily };
  const line = (name, values, more) => ({ name, type: "line", data: values, showSymbol: false, ...more });
  begin(box).setOption({
    animation: false,
    textStyle: text,
    tooltip: { trigger: "axis", renderMode: "richText" },
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: told.days, axisLabel: text },
    yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: colour("--line") } } },
    series: [
      line(told.words.present, told.present, { lineStyle: { color: colour("--brand"), width: 3 }, itemStyle: { color: colour("--brand") } }),
      line(told.words.yearAgo, told.yearAgo, { lineStyle: { color: colour("--brand"), type: "dotted" }, itemStyle: { color: colour("--brand") } }),
    ],
  });
}

const month = document.querySelector("[data-movement-chart]");
if (month) drawMonth(month, data("movement-chart"));
