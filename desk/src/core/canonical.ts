// JSON in the one form that is hashed: keys sorted by code point, no spaces, ASCII. As domain/journal/rules/envelope.py.

import { sha256, unhex, utf8, join } from "./bytes";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Throws RangeError for a number that is not whole: nothing that is hashed has fractions, which languages write differently. */
export function canonical(value: Json): string {
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
    return String(value === 0 ? 0 : value);
  }
  if (typeof value === "string") return quoted(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const keys = Object.keys(value).sort(byCodePoint);
  return `{${keys.map((key) => `${quoted(key)}:${canonical(value[key] as Json)}`).join(",")}}`;
}

// JSON.stringify leaves DEL and all beyond ASCII as it is; surrogate pairs are written as two units, as Python does.
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The order of code points, which is not that of UTF-16 units beyond the first plane. */
export function byCodePoint(one: string, other: string): number {
  if (one === other) return 0;
  const a = Array.from(one, (sign) => sign.codePointAt(0) ?? 0);
  const b = Array.from(other, (sign) => sign.codePointAt(0) ?? 0);
  for (let at = 0; at < a.length && at < b.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference) return difference;
  }
  return a.length - b.length;
}

/** The hash under which a body is known. */
export const digest = (body: JsonObject): Promise<string> => sha256(canonical(body));

/** What the body says of the private part; without the salt nobody can guess the one from the other. */
export function commitment(salt: string, personal: JsonObject): Promise<string> {
  return sha256(join(unhex(salt), utf8(canonical(personal))));
}
