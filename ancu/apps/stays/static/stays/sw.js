// The service worker: OFFLINE_CONTENT (what to keep, and its version) stands above, written by the office. It keeps the page that
// opens without a connection and its parts, the same for everybody; never a page of anybody's. It also holds, in its memory
// only, the key of what the phone keeps, as long as pages of ours are open: a worker that nobody speaks to is ended.
const worker = /** @type {ServiceWorkerOfPages} */ (/** @type {unknown} */ (self));
const CACHE = `ancu-${OFFLINE_CONTENT.version}`;
const NOTES = "ancu-notes";
const LANGUAGE = "/offline/language";
const PAGE_WAITS_MS = 12_000;
const PART_WAITS_MS = 4_000;
const DOWN_MS = 20_000;
const SHELLS = OFFLINE_CONTENT.shells.map(({ paths, pages }) => ({ ours: new RegExp(paths), pages }));

/** @type {{ keeper: string; key: CryptoKey } | null} */
let holding = null;
let downUntil = 0;

worker.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      const addresses = [...SHELLS.flatMap(({ pages }) => Object.values(pages)), ...OFFLINE_CONTENT.files];
      await cache.addAll(addresses.map((address) => new Request(address, { credentials: "omit", cache: "no-cache" })));
      await worker.skipWaiting();
    })(),
  );
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith("ancu-") && name !== CACHE && name !== NOTES) await caches.delete(name);
      await worker.clients.claim();
    })(),
  );
});

worker.addEventListener("message", (event) => {
  const { type, keeper, key, language } = event.data;
  /** @param {unknown} reply */
  const answer = (reply) => event.ports[0]?.postMessage(reply);
  if (type === "hold") {
    holding = { keeper, key };
    answer({});
  } else if (type === "held") answer({ key: holding && holding.keeper === keeper ? holding.key : null });
  else if (type === "forget") {
    holding = null;
    answer({});
  } else if (type === "language") event.waitUntil(note(language).then(() => answer({})));
  else answer({});
});

/** @param {string} language */
async function note(language) {
  await (await caches.open(NOTES)).put(LANGUAGE, new Response(language));
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const shell = SHELLS.find(
      ({ ours, pages }) => ours.test(url.pathname) || Object.values(pages).includes(url.pathname),
    );
    if (shell) event.respondWith(page(request, shell.pages));
  } else if (request.method === "GET" && OFFLINE_CONTENT.files.includes(url.pathname)) event.respondWith(part(request));
});

/**
 * @param {number} milliseconds
 * @param {Promise<Response>} promise
 */
function within(milliseconds, promise) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), milliseconds));
  return Promise.race([promise, late]);
}

/**
 * From the office; where it does not answer, the page without a connection. What is sent (POST) may wait as long as it takes.
 * @param {Request} request
 * @param {Record<string, string>} pages
 */
async function page(request, pages) {
  try {
    const answer = request.method === "GET" ? await within(PAGE_WAITS_MS, fetch(request)) : await fetch(request);
    downUntil = 0;
    return answer;
  } catch {
    downUntil = Date.now() + DOWN_MS;
    return withoutLine(pages);
  }
}

/** @param {Record<string, string>} pages */
async function withoutLine(pages) {
  const noted = await (await caches.open(NOTES)).match(LANGUAGE);
  const language = noted ? await noted.text() : "vi";
  const shellPage = await (await caches.open(CACHE)).match(pages[language] ?? pages.vi);
  return shellPage ?? Response.error();
}

/**
 * Files named by their contents come from here; scripts from the office while there is a connection, so that they fit the page.
 * @param {Request} request
 */
async function part(request) {
  const cache = await caches.open(CACHE);
  const cached = await cache.match(request.url, { ignoreSearch: true });
  const named = /\.[0-9a-f]{12}\.\w+$/.test(new URL(request.url).pathname);
  if (cached && (named || Date.now() < downUntil)) return cached;
  try {
    return await within(PART_WAITS_MS, fetch(request));
  } catch {
    return cached ?? Response.error();
  }
}
