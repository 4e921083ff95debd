// A frame drawn over a page. The four numbers of the form are what is sent; the frame shows and changes them.

/**
 * @typedef {"left" | "top" | "right" | "bottom"} Edge
 * @typedef {"a" | "b" | "c" | "d"} Corner
 * @typedef {Record<Edge, number>} Box hundredths of the picture
 */

const zone = document.querySelector("[data-crop]");
const picture = /** @type {HTMLImageElement} */ (zone.querySelector("[data-crop-picture]"));
const frame = zone.querySelector("[data-crop-frame]");
const form = zone.closest("form");
/** @type {Record<Edge, HTMLInputElement>} */
const { left, top, right, bottom } = form.elements;
const fields = { left, top, right, bottom };
const LEAST = 5; // hundredths
const STEP = 1;
// Which edges a corner draws: a upper left, b upper right, c lower right, d lower left.
/** @type {Record<Corner, Edge[]>} */
const CORNERS = { a: ["left", "top"], b: ["right", "top"], c: ["right", "bottom"], d: ["left", "bottom"] };

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
const within = (value, low, high) => Math.min(Math.max(value, low), high);
const read = () =>
  /** @type {Box} */ (
    Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, Number(field.value) || 0]))
  );

/** Width over height in hundredths of the picture, so that the cut has the asked ratio; 0 where any will do. */
function ratio() {
  const required = Number(zone.dataset.ratio);
  return required ? (required * picture.naturalHeight) / picture.naturalWidth : 0;
}

/** @param {Box} box */
function write(box) {
  for (const [name, field] of Object.entries(fields)) field.value = box[/** @type {Edge} */ (name)].toFixed(2);
  frame.style.inset = `${box.top}% ${100 - box.right}% ${100 - box.bottom}% ${box.left}%`;
}

/**
 * @param {Box} box
 * @param {number} x
 * @param {number} y
 */
function moved(box, x, y) {
  const dx = within(x, -box.left, 100 - box.right);
  const dy = within(y, -box.top, 100 - box.bottom);
  return { left: box.left + dx, right: box.right + dx, top: box.top + dy, bottom: box.bottom + dy };
}

/**
 * The frame with one corner drawn by (x, y); a fixed ratio keeps the opposite corner where it is.
 * @param {Box} box
 * @param {Corner} corner
 * @param {number} x
 * @param {number} y
 */
function drawn(box, corner, x, y) {
  const [across, down] = CORNERS[corner];
  const next = { ...box };
  if (across === "left") next.left = within(box.left + x, 0, box.right - LEAST);
  else next.right = within(box.right + x, box.left + LEAST, 100);
  if (down === "top") next.top = within(box.top + y, 0, box.bottom - LEAST);
  else next.bottom = within(box.bottom + y, box.top + LEAST, 100);
  const fixed = ratio();
  if (!fixed) return next;
  const room = down === "top" ? box.bottom : 100 - box.top;
  const width = Math.min(next.right - next.left, room * fixed);
  if (across === "left") next.left = next.right - width;
  else next.right = next.left + width;
  if (down === "top") next.top = next.bottom - width / fixed;
  else next.bottom = next.top + width / fixed;
  return next;
}

/**
 * The largest frame of the asked ratio in the middle; without one, what the form says.
 * @returns {Box}
 */
function first() {
  const fixed = ratio();
  if (!fixed || form.hasAttribute("data-bound")) return read();
  const width = Math.min(90, 90 * fixed);
  const height = width / fixed;
  const margin = (100 - width) / 2;
  const top = Math.min((100 - height) / 2, 5);
  return { left: margin, right: margin + width, top, bottom: top + height };
}

/** @type {{ corner?: Corner; x: number; y: number; box: Box } | null} */
let grip = null;

frame.addEventListener("pointerdown", (/** @type {Targeted<PointerEvent>} */ event) => {
  event.preventDefault();
  frame.focus();
  frame.setPointerCapture(event.pointerId);
  grip = { corner: event.target.dataset.cropCorner, x: event.clientX, y: event.clientY, box: read() };
});
frame.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
  if (!grip) return;
  const size = picture.getBoundingClientRect();
  const x = (100 * (event.clientX - grip.x)) / size.width;
  const y = (100 * (event.clientY - grip.y)) / size.height;
  write(grip.corner ? drawn(grip.box, grip.corner, x, y) : moved(grip.box, x, y));
});
for (const end of ["pointerup", "pointercancel"])
  frame.addEventListener(end, () => {
    grip = null;
  });

/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
frame.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  const step = KEYS[event.key];
  if (!step) return;
  event.preventDefault();
  write(event.shiftKey ? drawn(read(), "c", ...step) : moved(read(), ...step));
});
for (const field of Object.values(fields))
  field.addEventListener("input", () => {
    write(read());
  });

function begin() {
  write(first());
  frame.hidden = false;
}

if (picture.complete && picture.naturalWidth) begin();
else picture.addEventListener("load", begin, { once: true });
