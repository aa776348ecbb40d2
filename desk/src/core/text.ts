// How text is folded for searching: the same five steps as kernel/text/normal.py (tests/vectors/fold.json).

const UNSEEN =
  /[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]|[\u{d800}-\u{dfff}]/gu;
const WHITE = /[\s\x1c-\x1f\x85]+/g;
const MARKS = "\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe00-\\ufe0f\\ufe20-\\ufe2f";
const MARKS_ON_LATIN = new RegExp(`(^|[\\0-\\x7f])[${MARKS}]+`, "g");
const PLAIN = /^[\x20-\x7e]*$/;

const LETTERS: ReadonlyMap<string, string> = new Map([
  ...zip("đðɖøłħŧıĸſςƀɓƃɗƙƴɛɔəɨʉɲ", [..."dddolhtiksσbbbdkyeoeiun"]),
  ...zip("ßæœþŋ", ["ss", "ae", "oe", "th", "ng"]),
  ...zip("‘’ʼʻ′＇", Array(6).fill("'")),
  ...zip("‐‑‒–—―−", Array(7).fill("-")),
  ...zip("ʹʺʾʿ\u200c\u200d", Array(6).fill("")),
]);
const LETTER = new RegExp(`[${[...LETTERS.keys()].join("")}]`, "gu");

function zip(from: string, to: string[]): [string, string][] {
  return [...from].map((sign, at) => [sign, to[at] ?? ""]);
}

export const collapse = (text: string): string => text.replace(WHITE, " ").trim();

// Precomposed Latin letters at once: 20,000 titles are folded when the desk opens.
const TABLE = new Map<string, string>();
for (const [first, last] of [[0xa0, 0x24f], [0x1e00, 0x1eff]] as const) {
  for (let code = first; code <= last; code++) {
    const letter = String.fromCharCode(code);
    const folded = foldAny(letter);
    if (/^[\x21-\x7e]+$/.test(folded)) TABLE.set(letter, folded);
  }
}
const MARKED = /[\xa0-\u024f\u1e00-\u1eff]/g;

/** Lower case, no marks, đ as d, single spaces; letters of other scripts stay whole. */
export function fold(text: string): string {
  if (PLAIN.test(text)) return collapse(text.toLowerCase());
  const folded = text.replace(MARKED, (letter) => TABLE.get(letter) ?? letter);
  return PLAIN.test(folded) ? collapse(folded.toLowerCase()) : foldAny(text);
}

function foldAny(text: string): string {
  const apart = text.replace(UNSEEN, "").normalize("NFKD").toLowerCase();
  const plain = apart.replace(LETTER, (sign) => LETTERS.get(sign) ?? "").replace(MARKS_ON_LATIN, "$1");
  return collapse(PLAIN.test(plain) ? plain : plain.normalize("NFC"));
}

/** The form in which text is kept: composed, no controls, single spaces. */
export const tidy = (text: string): string => collapse(text.replace(UNSEEN, "")).normalize("NFC");

const GROUPED = /(?<![\d.,])\d{1,3}(?:[.,]\d{3})+(?![\d]|[.,]\d)/g;
const INSIDE = /(?<=[\p{L}\p{N}\p{M}])['’ʼ](?=[\p{L}\p{N}\p{M}])/gu;
const WORD = /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}\p{M}])+/gu;

const SIMPLE = /^[a-z ]*$/;

/** The words of folded text with one space between; what most titles are costs almost nothing. */
export const spacedWords = (folded: string): string => (SIMPLE.test(folded) ? folded : words(folded).join(" "));

/** The words of a text: numbers without their separators, an apostrophe inside a word left out, Han signs one by one. */
export function words(text: string): string[] {
  const plain = text.replace(GROUPED, (number) => number.replace(/[.,]/g, "")).replace(INSIDE, "");
  return plain.match(WORD) ?? [];
}
