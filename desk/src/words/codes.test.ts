// Whatever the desk behind the screens may say has words on them.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { en } from "./en.ts";
import { vi } from "./vi.ts";

function codesIn(pattern: RegExp): string[] {
  const files = ["src/core", "src/sync"].flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith(".ts")).map((name) => `${folder}/${name}`));
  return [...new Set(files.flatMap((file) => [...readFileSync(file, "utf8").matchAll(pattern)].map((found) => found[1] ?? "")))];
}

test.each([["vi", vi], ["en", en]] as const)("every refusal and every reason has words in %s", (_, words) => {
  const thrown = codesIn(/DeskError\("([a-z_]+)"/g);
  expect(thrown.length).toBeGreaterThan(20);
  expect(thrown.filter((code) => !(code in words.errors))).toEqual([]);
  const reasons = [...codesIn(/reason: "([a-z_]+)"/g), ...codesIn(/WireError\("([a-z_]+)"/g).filter((code) => code !== "not_enrolled")];
  expect(reasons).toContain("wiped");
  expect(reasons.filter((code) => !(code in words.reasons))).toEqual([]);
});
