// The officer's page by keyboard: one key for each act, which opens its second step; none works while one types.

/** @param {any} target */
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog");
/** @returns {any} */
const stepOf = () => document.querySelector("[data-step]");
/** @type {any} */
let opener = null;
let pressedOffer = ""; // what was pressed to be asked for, until the request is there

// ---- tabs ----------------------------------------------------------------------------------------------

/** @param {any} tab */
function choose(tab) {
  for (const sibling of tab.closest("[role=tablist]").querySelectorAll("[role=tab]")) {
    const isChosen = sibling === tab;
    sibling.setAttribute("aria-selected", String(isChosen));
    sibling.tabIndex = isChosen ? 0 : -1;
    const panel = document.getElementById(sibling.getAttribute("aria-controls"));
    if (panel) panel.hidden = !isChosen;
  }
}

/** @param {any} pane */
function showPane(pane) {
  const isNarrow = matchMedia("(max-width: 999.98px)").matches;
  for (const button of document.querySelectorAll("[data-pane]")) {
    const isChosen = button.dataset.pane === pane;
    button.setAttribute("aria-pressed", String(isChosen));
    const part = document.getElementById(button.dataset.pane);
    if (part) part.hidden = isNarrow && !isChosen;
  }
}

/**
 * Shows the part of the page that holds an element, and the element.
 * @param {any} element
 */
function reveal(element) {
  const panel = element.closest("[data-panel]");
  if (panel) choose(document.getElementById(panel.getAttribute("aria-labelledby")));
  const pane = element.closest(".pane");
  if (pane) showPane(pane.id);
  element.scrollIntoView({ block: "nearest" });
}

function chooseByAddress() {
  const place = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (place) reveal(place);
}

function chosenPane() {
  return document.querySelector("[data-pane][aria-pressed=true]")?.dataset.pane ?? "papers-pane";
}

// ---- the second step -----------------------------------------------------------------------------------

function closeStep() {
  const step = stepOf();
  if (!step || step.hidden) return false;
  step.hidden = true;
  step.replaceChildren();
  opener?.focus();
  return true;
}

/** @param {any} step */
function openStep(step) {
  step.hidden = false;
  const place =
    step.querySelector("textarea, input:not([type=hidden]):not([type=radio])") ??
    step.querySelector(".form-actions .btn:not(:disabled)");
  place?.focus();
}

/**
 * Shows in the letter what is ticked, in the language that is chosen.
 * @param {any} control
 */
function writeLetter(control) {
  const step = stepOf();
  if (control.matches("[data-offer]"))
    for (const line of step.querySelectorAll(`[data-offer-text="${CSS.escape(control.value)}"]`))
      line.hidden = !control.checked;
  if (control.matches("textarea[name=note_text]"))
    for (const copy of step.querySelectorAll("[data-note-copy]")) copy.textContent = control.value;
}

/** @param {string} language */
function chooseLetter(language) {
  for (const letter of document.querySelectorAll("[data-letter-text]"))
    letter.hidden = letter.dataset.letterText !== language;
  for (const button of document.querySelectorAll("[data-letter]"))
    button.setAttribute("aria-pressed", String(button.dataset.letter === language));
}

/** @param {string} key */
function askFor(key) {
  const box = stepOf()?.querySelector(`[data-offer][value="${CSS.escape(key)}"]`);
  if (!box || box.checked) return;
  box.checked = true;
  writeLetter(box);
}

function writeNote() {
  const body = document.getElementById("body-main");
  if (!body) return;
  reveal(body);
  body.focus();
}

/** @param {any} event */
function press(event) {
  if (event.key === "Escape" && closeStep()) return;
  const step = stepOf();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && step?.contains(event.target)) {
    event.preventDefault();
    step.querySelector("[data-send], .form-actions .btn-primary, .form-actions .btn-danger")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target)) return;
  if (step && !step.hidden) return;
  const act = document.querySelector(`.workbench [data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!act || !/^[a-z]$/i.test(event.key)) return;
  event.preventDefault();
  act.click();
  if (act.matches("summary") && act.parentElement.open) act.parentElement.querySelector("a")?.focus();
}

/** @param {any} event */
function click(event) {
  const target = event.target;
  const tab = target.closest?.("[data-tablist] [role=tab]");
  if (tab) choose(tab);
  const button = target.closest?.("[data-pane]");
  if (button) showPane(button.dataset.pane);
  if (target.closest?.("[data-close-step]") && stepOf()?.contains(target)) {
    event.preventDefault();
    closeStep();
  }
  const act = target.closest?.("[data-opens-step]");
  if (act) opener = act;
  const offer = target.closest?.("[data-ask]");
  const request = document.querySelector('.workbench [data-key="s"][data-opens-step]');
  if (offer && request) {
    event.preventDefault();
    pressedOffer = offer.dataset.ask;
    request.click();
  }
  const letter = target.closest?.("[data-letter]");
  if (letter) chooseLetter(letter.dataset.letter);
  if (target.closest?.("[data-note]")) {
    event.preventDefault();
    writeNote();
  }
}

/** @param {any} event */
function moveTab(event) {
  const tab = event.target.closest?.("[data-tablist] [role=tab]");
  if (!tab || !["ArrowRight", "ArrowLeft"].includes(event.key)) return;
  const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  const next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
  choose(next);
  next.focus();
}

function start() {
  for (const list of document.querySelectorAll("[data-tablist]"))
    choose(list.querySelector("[aria-selected=true]") ?? list.querySelector("[role=tab]"));
  showPane(chosenPane());
  chooseByAddress();
}

document.addEventListener("keydown", press);
document.addEventListener("keydown", moveTab);
document.addEventListener("click", click);
addEventListener("hashchange", chooseByAddress);
addEventListener("resize", () => showPane(chosenPane()));
document.body.addEventListener("htmx:afterSettle", (/** @type {any} */ event) => {
  if (event.detail.elt.id !== "step") return;
  openStep(event.detail.elt);
  if (pressedOffer) askFor(pressedOffer);
  pressedOffer = "";
});
document.body.addEventListener("htmx:configRequest", (/** @type {any} */ event) => {
  const chosen = document.querySelector("#papers[data-paper]");
  if (event.detail.target?.id === "step" && chosen) event.detail.parameters.paper = chosen.dataset.paper;
});
document.addEventListener("input", (/** @type {any} */ event) => {
  if (event.target.closest?.("[data-step]")) writeLetter(event.target);
});
start();
