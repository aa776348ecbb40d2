import { expect, test } from "vitest";
import { languageOf } from "./index.svelte.ts";

test.each([
  [["vi-VN", "en"], "vi"],
  [["en-US"], "en"],
  [["fr", "en-GB", "vi"], "en"],
  [["fr"], "vi"],
  [[], "vi"],
])("a browser that wishes %j is spoken to in %s", (wished, language) => {
  expect(languageOf(wished)).toBe(language);
});
