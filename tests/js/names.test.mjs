// Names say what a thing is, in scripts and as classes of styles: no bare participle, pronoun or number (CONTRIBUTING.md).
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import test from "node:test";

const VAGUE = new Set("one other found meant seen both told made known whole again taken".split(" "));
const ROOT = new URL("../../", import.meta.url).pathname;
const filesOf = (kind) => globSync(`ancu/**/static/**/*.${kind}`, { cwd: ROOT });
const COMMENTS_AND_TEXTS = /\/\*[\s\S]*?\*\/|(?<![:"'`\\])\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

function vagueNames(pattern, kind) {
  const files = filesOf(kind);
  assert.ok(files.length > 5);
  return files.flatMap((file) => {
    const text = readFileSync(`${ROOT}${file}`, "utf8").replace(COMMENTS_AND_TEXTS, "");
    return [...text.matchAll(pattern)]
      .filter(([name]) => name.split("-").some((word) => VAGUE.has(word)))
      .map(([name]) => `${file}: ${name}`);
  });
}

test("no variable, parameter or function of a script has a vague name", () => {
  assert.deepEqual(vagueNames(/(?<![\w$.-]|\[data-)[a-z]\w*(?![\w$-])/g, "js"), []);
});

test("no class of a style has a vague name", () => {
  assert.deepEqual(vagueNames(/(?<=\.)[a-z][\w-]*(?=[^{}]*\{)/g, "css"), []);
});
