// A signature drawn with a finger, a pen or a mouse: what is sent are the strokes, in the pad's own 600 × 200 points.
const WIDTH = 600,
  HEIGHT = 200,
  MOST = 4000,
  STEP = 3;

/** @param {HTMLInputElement} field */
function read(field) {
  try {
    return JSON.parse(field.value) || [];
  } catch {
    return [];
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number[][][]} strokes
 */
function paint(pen, strokes) {
  pen.clearRect(0, 0, WIDTH, HEIGHT);
  Object.assign(pen, { lineWidth: 4, lineCap: "round", lineJoin: "round", strokeStyle: "#14324f" });
  for (const stroke of strokes) {
    pen.beginPath();
    for (const [at, [x, y]] of stroke.entries()) {
      if (at) pen.lineTo(x, y);
      else pen.moveTo(x, y);
    }
    if (stroke.length === 1) pen.lineTo(stroke[0][0] + 0.1, stroke[0][1]);
    pen.stroke();
  }
}

/**
 * @param {HTMLCanvasElement} pad
 * @param {PointerEvent} event
 */
function point(pad, event) {
  const box = pad.getBoundingClientRect();
  /**
   * @param {number} value
   * @param {number} most
   */
  const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
  return [
    within(((event.clientX - box.left) * WIDTH) / box.width, WIDTH),
    within(((event.clientY - box.top) * HEIGHT) / box.height, HEIGHT),
  ];
}

/**
 * @param {number[][][]} strokes
 * @param {number[]} options
 */
function add(strokes, [x, y]) {
  const stroke = /** @type {number[][]} */ (strokes.at(-1)),
    last = stroke.at(-1);
  if (last && Math.hypot(x - last[0], y - last[1]) < STEP) return;
  if (strokes.flat().length < MOST) stroke.push([x, y]);
}

/** @param {HTMLFormElement} form */
function enhance(form) {
  const pad = form.querySelector("[data-sign-pad]");
  const field = form.querySelector("[name=strokes]");
  const clear = form.querySelector("[data-sign-clear]");
  const pen = pad.getContext("2d");
  /** @type {number[][][]} */
  let strokes = read(field),
    drawing = false;
  /** @param {PointerEvent} event */
  const draw = (event) => {
    for (const coalesced of event.getCoalescedEvents?.() ?? [event]) add(strokes, point(pad, coalesced));
    paint(pen, strokes);
  };
  pad.addEventListener("pointerdown", (/** @type {PointerEvent} */ event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    drawing = true;
    strokes.push([]);
    draw(event);
  });
  pad.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
    if (drawing) draw(event);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    pad.addEventListener(end, () => {
      drawing = false;
      field.value = JSON.stringify(strokes.filter((stroke) => stroke.length));
    });
  }
  clear.addEventListener("click", () => {
    strokes = [];
    field.value = "";
    paint(pen, strokes);
  });
  pad.hidden = clear.hidden = false;
  paint(pen, strokes);
}

/** @param {ParentNode} root */
const enhanceAll = (root) => root.querySelectorAll("form[data-signature]").forEach(enhance);

enhanceAll(document);
document.addEventListener("ancu:added", (event) => enhanceAll(event.detail));
