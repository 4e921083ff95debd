// Asking the office. Every answer says what it means for the queue; a line that does not answer is no line.
const WAIT_MS = 20_000;

const csrf = () => /(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

/**
 * {state: "ok" | "refused" | "conflict" | "gone" | "signin" | "unknown" | "later" | "noline", answer}.
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<Answer>}
 */
export async function call(path, body) {
  let response;
  try {
    response = await fetch(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf() },
      redirect: "manual", // to sign in, where a session is over
      cache: "no-store",
      signal: AbortSignal.timeout(WAIT_MS),
    });
    return { state: meaning(response), answer: isJson(response) ? await response.json() : {} };
  } catch {
    return { state: "noline", answer: {} };
  }
}

/** @param {Response} response */
const isJson = (response) => (response.headers.get("Content-Type") ?? "").startsWith("application/json");

/**
 * @param {Response} response
 * @returns {AnswerState}
 */
function meaning(response) {
  if ([400, 403, 404, 410, 413].includes(response.status) && isJson(response)) return "gone"; // it says why; sending again is of no use
  if (response.type === "opaqueredirect" || response.status === 403) return "signin";
  if (response.ok) return isJson(response) ? "ok" : "later";
  /** @type {Record<number, AnswerState>} */
  const meanings = { 404: "unknown", 409: "conflict", 422: "refused" };
  return meanings[response.status] ?? "later";
}
