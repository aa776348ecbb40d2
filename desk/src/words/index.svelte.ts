// The words of the screen, in the language that was chosen; changing it changes what is on the screen at once.
import { en } from "./en.ts";
import { vi } from "./vi.ts";

type Like<T> = { readonly [K in keyof T]: T[K] extends (...given: infer A) => string ? (...given: A) => string : T[K] extends string ? string : Like<T[K]> };
export type Words = Like<typeof vi>;
export type Language = "vi" | "en";

const BOTH: Record<Language, Words> = { vi, en };

class Choice {
  language = $state<Language>("vi");
}
export const choice = new Choice();

/** The words now; read it where the text stands, so that the text follows the language. */
export function words(): Words {
  return BOTH[choice.language];
}

/** Vietnamese unless the browser asks for English first. */
export function languageOf(wished: readonly string[]): Language {
  const first = wished.find((tag) => /^(vi|en)\b/i.test(tag)) ?? "vi";
  return first.toLowerCase().startsWith("en") ? "en" : "vi";
}
