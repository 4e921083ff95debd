// What a phone's browser has and Node has not: a database, the memory of a service worker, and an office that answers.
import "fake-indexeddb/auto";

const stored = new Map();
globalThis.localStorage = {
  getItem: (key) => stored.get(key) ?? null,
  setItem: (key, value) => stored.set(key, value),
  removeItem: (key) => stored.delete(key),
};
globalThis.document = { cookie: "", getElementById: () => null };
const events = new EventTarget();
globalThis.addEventListener = events.addEventListener.bind(events);
globalThis.dispatchEvent = events.dispatchEvent.bind(events);

/** The key in the worker's memory; a browser that was closed has forgotten it. */
export const worker = { keeper: null, key: null };

const answersOfWorker = {
  hold: ({ keeper, key }) => Object.assign(worker, { keeper, key }) && {},
  held: ({ keeper }) => ({ key: worker.keeper === keeper ? worker.key : null }),
  forget: () => Object.assign(worker, { keeper: null, key: null }) && {},
};
const active = { postMessage: (message, [port]) => port.postMessage(answersOfWorker[message.type](message)) };
const locks = { request: (_name, act) => act() };
Object.defineProperty(globalThis, "navigator", {
  value: { locks, serviceWorker: { getRegistration: async () => ({ active }) } },
});

/** What the office answers at each path: a body, or a function of what was sent; `requests` is what was asked. */
export const office = { answers: {}, requests: [], isReachable: true };

globalThis.fetch = async (path, { body }) => {
  if (!office.isReachable) throw new TypeError("offline");
  const sent = JSON.parse(body);
  office.requests.push({ path, sent });
  const [status, answer] = office.answers[path](sent);
  return new Response(JSON.stringify(answer), { status, headers: { "Content-Type": "application/json" } });
};
