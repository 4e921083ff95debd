// Takes the map through the days of the month, and of the same month a year before. The server has drawn the page's day.
/** @param {string} id */
const data = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "null");

/**
 * @typedef {{ now: (number | null)[], yearAgo: (number | null)[] }} Courses
 * @param {WithData} card
 * @param {{ days: string[], daysYearAgo: string[], districts: Record<string, Courses>, communes: Record<string, Courses>,
 *   total: Courses, steps: number[], most: number, circle: number[], present: string }} figures
 */
function prepareMap(card, figures) {
  const when = card.querySelector("[data-movement-when]");
  const yearAgo = card.querySelector("[data-movement-then]");
  const output = card.querySelector("[data-movement-told]");
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const nobody = when ? 0 : null;
  const [largest, smallest] = figures.circle;
  const place = () => Number(when?.value ?? 0);
  /** @param {Courses | undefined} area */
  const countOf = (area) => (area ? (yearAgo.checked ? area.yearAgo : area.now)[place()] : nobody);
  /** @param {number | null} value */
  const words = (value) => (value === null ? "" : number.format(value)); // the hatching says that it is not shown

  function showDistricts() {
    for (const shape of card.querySelectorAll("[data-district]")) {
      const value = countOf(figures.districts[shape.dataset.district]);
      const shade = 1 + figures.steps.filter((step) => (value ?? 0) >= step).length;
      shape.setAttribute("class", `district shade-${shade}`);
    }
    for (const text of card.querySelectorAll("[data-district-text]")) {
      text.textContent = words(countOf(figures.districts[text.dataset.districtText]));
    }
  }

  function showCommunes() {
    for (const circle of card.querySelectorAll("[data-commune]")) {
      const value = countOf(figures.communes[circle.dataset.commune]) ?? 0;
      const radius = value ? Math.max(smallest, largest * Math.sqrt(value / figures.most)) : 0;
      circle.setAttribute("r", String(radius));
    }
  }

  function show() {
    showDistricts();
    showCommunes();
    const day = (yearAgo.checked ? figures.daysYearAgo : figures.days)[place()];
    when?.setAttribute("aria-valuetext", day);
    output.value = when ? `${day}: ${number.format(countOf(figures.total) ?? 0)} ${figures.present}` : day;
  }
  when?.addEventListener("input", show);
  yearAgo.addEventListener("change", show);
  show();
  card.querySelector("[data-movement-controls]").hidden = false;
}

const card = document.querySelector("[data-movement-map]");
if (card) prepareMap(card, data("movement-map"));
