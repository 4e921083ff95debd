// A voice note recorded in the page: it goes into the form's own file field, and nowhere else.
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const LONGEST_MS = 10 * 60 * 1000;

/** @param {HTMLElement} part */
function enhance(part) {
  const files = part.closest("form").querySelector("[data-tip-files]");
  const [button, time, heard, drop, note] = ["record", "time", "heard", "drop", "note"].map((n) =>
    part.querySelector(`[data-${n}]`),
  );
  const kind = KINDS.find((candidate) => MediaRecorder.isTypeSupported(candidate));
  if (!files || !kind) return;
  part.hidden = false;
  /** @type {MediaRecorder | null} */
  let recorder = null;
  /** @type {File | null} */
  let ours = null;
  let began = 0;
  let clock = 0;

  /** @param {boolean} busy */
  const show = (busy) => {
    button.setAttribute("aria-pressed", String(busy));
    button.querySelector("[data-idle]").hidden = busy;
    button.querySelector("[data-busy]").hidden = !busy;
  };
  /** @param {File | null} file */
  const put = (file) => {
    const all = new DataTransfer();
    for (const candidate of files.files) if (candidate !== ours) all.items.add(candidate);
    if (file) all.items.add(file);
    files.files = all.files;
    ours = file ? files.files[files.files.length - 1] : null;
    heard.hidden = drop.hidden = !file;
    if (heard.src) URL.revokeObjectURL(heard.src);
    if (file) heard.src = URL.createObjectURL(file);
    else heard.removeAttribute("src");
  };
  const tick = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds * 1000 > LONGEST_MS) recorder?.stop();
  };
  const start = async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      note.textContent = part.dataset.failed;
      return;
    }
    /** @type {Blob[]} */
    const parts = [];
    recorder = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 32000 });
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      const plain = kind.split(";")[0];
      put(new File(parts, `${part.dataset.name}.${plain.split("/")[1]}`, { type: plain, lastModified: 0 }));
      recorder = null;
      show(false);
    });
    began = Date.now();
    clock = setInterval(tick, 500);
    recorder.start();
    show(true);
  };
  button.addEventListener("click", () => (recorder ? recorder.stop() : start()));
  drop.addEventListener("click", () => {
    put(null);
    time.textContent = "";
    button.focus();
  });
}

if (window.MediaRecorder && navigator.mediaDevices && window.DataTransfer) {
  /** @param {ParentNode} root */
  const enhanceAll = (root) => root.querySelectorAll("[data-recorder]").forEach(enhance);
  enhanceAll(document);
  document.addEventListener("ancu:added", (event) => enhanceAll(event.detail));
}
