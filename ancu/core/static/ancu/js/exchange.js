// One request by script, with its progress. The answer says where it leads (`location`), whether the session is over
// (`signIn`: where to sign in) and whether the form was older than its session (`isExpired`): see core/http.py.
const QUIET_MS = 60_000; // without a byte either way: offline
const ANSWER_MS = 120_000; // once everything is sent
const NOBODY = new Set([0, 502, 503, 504]); // what a proxy says for a server that is not there

/** No answer came: it may have arrived, or not. */
export class NoAnswer extends Error {}

/**
 * @param {XMLHttpRequest} request
 * @returns {ExchangeAnswer}
 */
function answerOf(request) {
  /** @param {string} name */
  const header = (name) => request.getResponseHeader(name);
  const type = header("Content-Type") ?? "";
  return {
    status: request.status,
    address: request.responseURL,
    location: header("X-Location"),
    isRefused: header("X-Refused") !== null,
    signIn: request.status === 401 ? header("X-Sign-In") : null,
    isExpired: header("X-Form-Expired") !== null,
    isPage: type.startsWith("text/html"),
    disposition: header("Content-Disposition") ?? "",
    text: () => request.response.text(),
    blob: request.response,
  };
}

/**
 * Rejects with NoAnswer when the connection breaks or stays quiet. `onProgress` is given the part that is sent, 0 to 1.
 * @param {string} address
 * @param {ExchangeOptions} [options]
 * @returns {Promise<ExchangeAnswer>}
 */
export function exchange(
  address,
  { method = "POST", body = null, headers = {}, onProgress = null, signal = null } = {},
) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer = 0;
    /** @param {number} milliseconds */
    const wait = (milliseconds) => {
      clearTimeout(timer);
      timer = setTimeout(() => request.abort(), milliseconds);
    };
    const fail = () => {
      clearTimeout(timer);
      reject(new NoAnswer(address));
    };
    request.open(method, address);
    request.responseType = "blob";
    for (const [name, value] of Object.entries({ "X-Sent-By": "script", ...headers }))
      request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => {
      wait(QUIET_MS);
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    };
    request.upload.onload = () => wait(ANSWER_MS);
    request.onprogress = () => wait(QUIET_MS);
    request.onerror = request.onabort = fail;
    request.onload = () => {
      clearTimeout(timer);
      if (NOBODY.has(request.status)) fail();
      else resolve(answerOf(request));
    };
    signal?.addEventListener("abort", () => request.abort());
    wait(QUIET_MS);
    request.send(body);
  });
}
