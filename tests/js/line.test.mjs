// What an answer of the office means for what a phone keeps: run by tests/test_scripts.py.
import assert from "node:assert/strict";
import test from "node:test";

globalThis.document = { cookie: "" };
const { call } = await import("../../ancu/apps/stays/static/stays/line.js");

const answers = (status, body) => {
  const headers = { "Content-Type": body === undefined ? "text/html" : "application/json" };
  globalThis.fetch = async () =>
    new Response(body === undefined ? "<html>" : JSON.stringify(body), { status, headers });
};

test("what the office says it will never take is refused with its reason", async () => {
  for (const status of [400, 403, 404, 410, 413]) {
    answers(status, { code: "gone", message: "It is not there any more." });
    assert.deepEqual(await call("/x", {}), {
      state: "gone",
      answer: { code: "gone", message: "It is not there any more." },
    });
  }
});

test("an answer that says nothing of ours keeps it waiting", async () => {
  for (const [status, state] of [
    [403, "signin"],
    [404, "unknown"],
    [410, "later"],
    [413, "later"],
    [502, "later"],
    [429, "later"],
  ]) {
    answers(status);
    assert.equal((await call("/x", {})).state, state, status);
  }
});

test("taken in, mended, asked again", async () => {
  for (const [status, state] of [
    [200, "ok"],
    [422, "refused"],
    [409, "conflict"],
    [429, "later"],
    [500, "later"],
  ]) {
    answers(status, {});
    assert.equal((await call("/x", {})).state, state);
  }
  globalThis.fetch = async () => {
    throw new TypeError("offline");
  };
  assert.equal((await call("/x", {})).state, "noline");
});
