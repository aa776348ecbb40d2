// The same files that pytest runs: what both sides compute must come out alike.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { canonical, commitment, digest, type JsonObject } from "../canonical";
import { dueOn, localDay } from "../days";
import { cardNumber, checkDigit, isMistyped, readBarcode, readCard, serialOf, splitNumber } from "../numbers";
import { isFree, overlay, stateAtHub, takenBack, type CopyState, type Waiting } from "../overlay";
import { fold, words } from "../text";
import { firstRefusal } from "../notices";
import { fingerprintOf } from "../fingerprint";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each file has its own shape
type Row = Record<string, any>;
const vectors = (name: string): Row =>
  JSON.parse(readFileSync(new URL(`../../../../tests/vectors/${name}.json`, import.meta.url), "utf-8"));

describe("text", () => {
  const { fold: folds, syllables } = vectors("fold");
  test.each(folds as [string, string][])("fold %j", (text, folded) => {
    expect(fold(text)).toBe(folded);
    expect(fold(folded)).toBe(folded);
  });
  test.each(syllables as [string, string[]][])("words %j", (text, parts) => expect(words(text)).toEqual(parts));
});

describe("numbers", () => {
  const cards = vectors("cards");
  test.each(cards.check_digits as [string, string][])("check digit %s", (digits, digit) =>
    expect(checkDigit(digits)).toBe(digit),
  );
  test.each(cards.made as [number, string][])("card %s", (serial, number) => expect(cardNumber(serial)).toBe(number));
  test.each(cards.read as { text: string; number: string | null; serial: number | null; is_mistyped: boolean }[])(
    "card $text",
    ({ text, number, serial, is_mistyped }) => {
      expect(readCard(text)).toBe(number);
      expect(serialOf(number ?? "")).toBe(serial);
      expect(isMistyped(number ?? "")).toBe(is_mistyped);
    },
  );
  test.each(vectors("barcodes").read as { text: string; barcode: string | null; parts: [string, string] | null }[])(
    "barcode $text",
    ({ text, barcode, parts }) => {
      expect(readBarcode(text)).toBe(barcode);
      expect(barcode === null ? null : splitNumber(barcode)).toEqual(parts);
    },
  );
});

describe("operations", () => {
  const { canonical: forms, commitments, chain } = vectors("operations");
  test.each(forms as Row[])("canonical $text", ({ value, text }) => expect(canonical(value)).toBe(text));
  test.each(commitments as Row[])("commitment $commit", async ({ salt, private: personal, commit }) =>
    expect(await commitment(salt, personal)).toBe(commit),
  );
  test("the chain", async () => {
    let prev = "";
    for (const { operation, body, hash } of chain) {
      const { private: personal, salt, ...open } = operation;
      expect(canonical(open)).toBe(body);
      expect(await digest(open as JsonObject)).toBe(hash);
      if (personal) expect(await commitment(salt, personal)).toBe(open.commit);
      expect(open.prev).toBe(prev);
      prev = hash;
    }
    expect(chain.length).toBeGreaterThan(2);
  });
});

describe("days", () => {
  const { policies, calendars, days, loans, renewals } = vectors("due");
  test.each(days as Row[])("day of $instant", ({ instant, day }) => expect(localDay(Date.parse(instant))).toBe(day));
  test.each(loans as Row[])("$policy, $calendar, lent on $on", ({ policy, calendar, on, due }) =>
    expect(dueOn(on, policies[policy], calendars[calendar])).toBe(due),
  );
  test.each(renewals as Row[])("$policy, $calendar, renewed on $on", ({ policy, calendar, on, due_before, due }) => {
    const start = on > due_before ? on : due_before;
    expect(dueOn(start, policies[policy], calendars[calendar], true)).toBe(due);
  });
});

describe("lending", () => {
  const { on, cases } = vectors("lending");
  test.each(cases as Row[])("$first", ({ reader, copy, policy, first }) =>
    expect(firstRefusal({ reader, copy, policy, on })).toBe(first),
  );
});

describe("fingerprint", () => {
  test.each(vectors("fingerprint")["cases"] as Row[])("$fingerprint", async ({ rows, fingerprint }) =>
    expect(await fingerprintOf(rows)).toBe(fingerprint),
  );
});

describe("overlay", () => {
  const { here, stories } = vectors("overlay");
  test.each(stories as Row[])("$name", ({ rows, waits, shows }) => {
    const at = (type: string): Map<string, never> =>
      new Map(rows.filter((row: { type: string }) => row.type === type).map((row: { id: string; row: never }) => [row.id, row.row]));
    const [copies, loans, readers] = [at("copy"), at("loan"), at("reader")];
    const waiting: Waiting[] = waits.map((one: Row) => {
      const { wall, off, private: personal, ...open } = one;
      return { ...open, ...(personal?.reader ? { reader: personal.reader } : {}), at: Date.parse(wall) + off };
    });
    const known = new Map(waiting.map((one) => [one.op, one]));
    const back = takenBack(waiting, (op) => known.get(op));
    const states = new Map<string, [CopyState, CopyState]>();
    for (const barcode of new Set([...copies.keys(), ...loans.keys(), ...waiting.flatMap((one) => one.copy ?? [])])) {
      const hub = stateAtHub(copies.get(barcode), loans.get(barcode));
      states.set(barcode, [hub, overlay(hub, waiting.filter((one) => one.copy === barcode && !back.has(one.op)))]);
    }
    const shown = [...states].map(([barcode, [, state]]) => [
      barcode,
      {
        on_loan_to: state.loan?.reader ?? null,
        due: state.loan?.due ?? null,
        is_mine: state.loan?.isMine ?? false,
        place: state.place,
        trouble: state.trouble,
        is_aside: state.asideFor !== null,
      },
    ]);
    expect(Object.fromEntries(shown)).toEqual(shows.copies);
    for (const [reader, { loans: expected }] of Object.entries(shows.readers as Record<string, { loans: number }>)) {
      let count = (readers.get(reader) as { loans: number } | undefined)?.loans ?? 0;
      for (const [hub, state] of states.values()) {
        count += Number(state.loan?.reader === reader) - Number(hub.loan?.reader === reader);
      }
      expect(count, `loans of ${reader}`).toBe(expected);
    }
    for (const [title, expected] of Object.entries(shows.titles)) {
      const own = [...copies].filter(([, row]) => String((row as { title: number }).title) === title);
      const free = own.filter(([barcode]) => isFree((states.get(barcode) as [CopyState, CopyState])[1], here));
      expect({ copies: own.length, free: free.length }).toEqual(expected);
    }
  });
});
