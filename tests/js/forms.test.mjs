// What of the scripts of forms needs no browser: run by tests/test_scripts.py.
import assert from "node:assert/strict";
import test from "node:test";

const js = (name) => import(`../../ancu/core/static/ancu/js/${name}.js`);
globalThis.document = {
  getElementById: () => ({
    dataset: {
      fileKind: "{name}: {kinds}",
      fileTooLarge: "{name}: {n} MB",
      filesTooMany: "{n} files",
      filesTooLarge: "{n} MB in all",
    },
  }),
};

const { wrongDay } = await js("date");
const { wrongWith } = await js("filecheck");
const { matching, named } = await js("names");
const vault = await js("vault");
const { clearUntypedHour } = await js("quick");

test("a day is one of the calendar, in every way that the office reads", () => {
  for (const day of ["24/11/2026", "4-1-26", "29.02.2028", "24112026", "2026-11-24", "31 12 2026", ""])
    assert.equal(wrongDay(day), "", day);
  for (const day of ["31/02/2026", "29/02/2026", "00/01/2026", "32/01/2026", "2026-13-01", "31042026"])
    assert.equal(wrongDay(day), "noDay", day);
  for (const day of ["tomorrow", "24/11", "2026", "1/2/3/4"]) assert.equal(wrongDay(day), "noDate", day);
});

test("a day that is not to be in the future is one of today or before", () => {
  const last = new Date("2026-11-24T17:30Z"); // half past midnight on the 25th in Viet Nam
  for (const day of ["25/11/2026", "24/11/2026"]) assert.equal(wrongDay(day, { last }), "", day);
  for (const day of ["26/11/2026", "2027-01-01"]) assert.equal(wrongDay(day, { last }), "futureDay", day);
});

test("an hour that nobody typed goes with its day, a typed one stays", () => {
  for (const [typed, left] of [
    ["", ""],
    ["1", "17:53"],
  ]) {
    const day = new EventTarget(),
      hour = Object.assign(new EventTarget(), { value: "17:53", defaultValue: "17:53" });
    const hourTyped = { value: "", form: { elements: { arrived_on: day, arrived_time: hour } } };
    clearUntypedHour(hourTyped);
    if (typed) hour.dispatchEvent(new Event("input"));
    day.dispatchEvent(new Event("change"));
    assert.deepEqual([hour.value, hourTyped.value], [left, typed]);
  }
});

test("a birth date may be a month or a year alone", () => {
  for (const day of ["05/1971", "1962", "00/05/1971", "xx/xx/1962", "08/03/1984"])
    assert.equal(wrongDay(day, { isPartial: true }), "", day);
  assert.equal(wrongDay("13/1971", { isPartial: true }), "noDay");
  assert.equal(wrongDay("31/02/1990", { isPartial: true }), "noDay");
});

const input = (files, dataset = {}, accept = "") => ({ files, dataset, accept, form: { dataset: {} } });
const file = (name, size, type = "") => ({ name, size, type });

test("a short text lists what begins with it, and others only where it is a whole word", () => {
  const labels = ["Giấy thông hành Liên minh Châu Âu", "Hàn Quốc", "Vương quốc Anh", "Quần đảo Virgin"];
  const options = labels.map((label) =>
    named({ value: label, label, aliases: label === "Vương quốc Anh" ? ["Anh Quốc"] : [] }),
  );
  const found = (text) => matching(options, text).map((option) => option.label);
  assert.deepEqual(found("Hàn"), ["Hàn Quốc"]);
  assert.deepEqual(found("hành"), ["Giấy thông hành Liên minh Châu Âu"]);
  assert.deepEqual(found("Anh"), ["Vương quốc Anh"]);
  assert.deepEqual(found("vir"), ["Quần đảo Virgin"]);
});

test("files are refused for their number, size and kind, in that order, and else taken", () => {
  const limits = { most: "2", maxBytes: String(1024 * 1024) };
  assert.equal(wrongWith(input([file("a.jpg", 5), file("b.HEIC", 5)], limits, ".jpg,.heic")), "");
  assert.equal(wrongWith(input([file("a", 1), file("b", 1), file("c", 1)], limits)), "2 files");
  assert.equal(wrongWith(input([file("a.jpg", 2 * 1024 * 1024)], limits)), "a.jpg: 1 MB");
  assert.equal(wrongWith(input([file("a.exe", 5)], limits, ".jpg,image/*")), "a.exe: JPEG, PNG, HEIC");
  assert.equal(wrongWith(input([file("a", 5, "image/webp")], limits, "image/*")), "");
  assert.equal(wrongWith(input([file("a", 6e5), file("b", 6e5)], { maxTotal: String(1024 * 1024) })), "1 MB in all");
});

test("what is sealed opens by its secret, in its place, unchanged, and not otherwise", async () => {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const keys = await vault.makeKeys(secret);
  const sealed = await vault.seal(keys, { body: "Khách phòng 305" }, "here");
  assert.ok(!Buffer.from(sealed.data).includes("305"));
  const key = await vault.unwrap(keys, secret);
  assert.deepEqual(await vault.unseal(keys, key, sealed, "here"), { body: "Khách phòng 305" });
  await assert.rejects(vault.unseal(keys, key, sealed, "elsewhere"));
  await assert.rejects(vault.unwrap(keys, crypto.getRandomValues(new Uint8Array(32))));
  await assert.rejects(crypto.subtle.exportKey("pkcs8", key));
  new Uint8Array(sealed.data)[0] ^= 1;
  await assert.rejects(vault.unseal(keys, key, sealed, "here"));
});
