// The declarations that a phone keeps without a connection: run by tests/test_scripts.py.
import assert from "node:assert/strict";
import test from "node:test";
import { office, worker } from "./phone.mjs";
import { served } from "./served.mjs";

const queue = await served("stays/queue.js");
const { leave, setKeeper, storeOf } = await served("stays/store.js");

const SYNC = "/stays/phone/sync/";
const GUEST = { full_name: "HOFFMANN JÖRG", document_number: "C01X00T47" };
const secret = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))));
const receipt = { stay: 7, receipt: "HB-1", judged: {}, minutes_late: 0, state: "declared", warnings: [] };
let person = 0;

/** A phone that is ready for a person of its own, and an office that takes in everything. */
async function ready() {
  office.requests = [];
  office.isReachable = true;
  office.answers = {
    "/stays/phone/enrol/": () => [200, { device: "d1" }],
    "/stays/phone/open/": () => [200, { secret }],
    "/stays/phone/mark/": () => [200, { mark: "m1" }],
    "/stays/phone/guests/": () => [200, { guests: [{ name: "A" }], establishment: { id: 3, name: "Mai Châu Lodge" } }],
    [SYNC]: () => [200, receipt],
  };
  person += 1;
  assert.equal(await queue.enrol({ keeper: `k${person}`, user: String(person) }, "Phone"), true);
}

const states = async () => (await queue.entries()).map((entry) => entry.state);
const requestsOf = (path) => office.requests.filter((request) => request.path === path).map(({ sent }) => sent);

test("what is keyed lies on the disk sealed, and is read by its key alone", async () => {
  await ready();
  await queue.add(GUEST);
  const [entry] = await queue.entries();
  assert.equal(entry.state, "waiting");
  assert.equal(entry.establishment, 3);
  for (const part of Object.values(entry.sealed)) assert.ok(!Buffer.from(part).includes("HOFFMANN"));
  assert.deepEqual((await queue.read(entry)).values, GUEST);
  Object.assign(worker, { keeper: null, key: null }); // the browser was closed
  office.isReachable = false;
  await assert.rejects(queue.read(entry, { ask: false }), /locked/);
  await assert.rejects(queue.read(entry), /noline/);
});

test("a declaration is sent once it can be, with its time and mark, and leaves only its receipt and name", async () => {
  await ready();
  office.isReachable = false;
  const reference = await queue.add(GUEST);
  assert.equal(await queue.sync(), "noline");
  assert.deepEqual(await states(), ["waiting"]);
  office.isReachable = true;
  assert.equal(await queue.sync(), "done");
  const [sent] = requestsOf(SYNC);
  assert.deepEqual([sent.reference, sent.values, sent.mark, sent.device], [reference, GUEST, "m1", "d1"]);
  assert.ok(Date.now() - Date.parse(sent.keyed_at) < 60_000);
  const [entry] = await queue.entries();
  assert.deepEqual([entry.state, entry.receipt], ["sent", "HB-1"]);
  assert.deepEqual((await queue.read(entry)).values, { full_name: GUEST.full_name });
  await queue.sync();
  assert.equal(requestsOf(SYNC).length, 1);
});

test("an answer that is lost sends the same reference again", async () => {
  await ready();
  await queue.add(GUEST);
  office.answers[SYNC] = () => [502, {}];
  assert.equal(await queue.sync(), "later");
  office.answers[SYNC] = () => [200, { ...receipt, state: "already_declared" }];
  assert.equal(await queue.sync(), "done");
  const references = requestsOf(SYNC).map((sent) => sent.reference);
  assert.equal(new Set(references).size, 1);
  assert.equal((await queue.entries())[0].already, true);
});

test("a refused one is corrected and keeps the time at which it was keyed", async () => {
  await ready();
  const reference = await queue.add(GUEST);
  office.answers[SYNC] = () => [422, { errors: { room: ["Enter the room."] } }];
  await queue.sync();
  const [refused] = await queue.entries();
  assert.equal(refused.state, "refused");
  assert.deepEqual((await queue.read(refused)).errors, { room: ["Enter the room."] });
  await queue.mend(reference, { ...GUEST, room: "305" });
  const [corrected] = await queue.entries();
  assert.deepEqual([corrected.state, corrected.keyed], ["waiting", refused.keyed]);
  office.answers[SYNC] = () => [200, receipt];
  await queue.sync();
  assert.equal(requestsOf(SYNC).at(-1).values.room, "305");
  assert.deepEqual(await states(), ["sent"]);
});

test("what is odd is sent again only after somebody has confirmed just that", async () => {
  await ready();
  const reference = await queue.add(GUEST);
  const oddities = [{ code: "long_stay", field: "expected_departure", text: "More than a year" }];
  office.answers[SYNC] = ({ confirmed }) => (confirmed.length ? [200, receipt] : [422, { oddities, errors: {} }]);
  await queue.sync();
  await queue.sync();
  assert.equal(requestsOf(SYNC).length, 1);
  await queue.confirm(reference);
  await queue.sync();
  assert.deepEqual(requestsOf(SYNC).at(-1).confirmed, ["long_stay"]);
  assert.deepEqual(await states(), ["sent"]);
});

test("what the office will never take is for a person to read", async () => {
  await ready();
  await queue.add(GUEST);
  office.answers[SYNC] = () => [410, { code: "gone", message: "The lodging is closed." }];
  await queue.sync();
  const [entry] = await queue.entries();
  assert.deepEqual([entry.state, entry.isGone], ["refused", true]);
  assert.deepEqual((await queue.read(entry)).errors, { __all__: ["The lodging is closed."] });
});

test("a phone that was cut off can read nothing any more and says what was lost", async () => {
  await ready();
  await queue.add(GUEST);
  office.answers[SYNC] = () => [409, { code: "cut_off", message: "" }];
  assert.equal(await queue.sync(), "conflict");
  const [entry] = await queue.entries();
  assert.deepEqual(Object.keys(entry).sort(), ["keyed", "kind", "reference", "state"]);
  assert.equal(entry.state, "lost");
  assert.equal(await queue.isReady(), false);
  assert.equal(worker.key, null);
});

test("the next person of a phone finds nothing of the one before", async () => {
  await ready();
  await queue.add(GUEST);
  const before = `k${person}`;
  await ready();
  assert.deepEqual(await queue.entries(), []);
  assert.equal((await storeOf(before).entries()).length, 1); // for when its person is back
});

test("what was taken along is sealed, and nobody works on a phone that was signed out", async () => {
  await ready();
  await queue.sync(); // the key is in the worker's memory from now on
  assert.deepEqual(await queue.along("guests"), [{ name: "A" }]);
  Object.assign(worker, { keeper: null, key: null });
  assert.equal(await queue.along("guests"), null);
  leave();
  setKeeper({ keeper: "late", user: "9" });
  assert.deepEqual(await queue.entries(), []);
});
