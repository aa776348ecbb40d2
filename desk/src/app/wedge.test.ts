import fc from "fast-check";
import { expect, test } from "vitest";
import { GAP_MS_MAX, LENGTH_MIN, Wedge } from "./wedge.ts";

function type(wedge: Wedge, text: string, gap: number, from = 0): string | null {
  [...text].forEach((key, n) => expect(wedge.press(key, from + n * gap)).toBeNull());
  return wedge.press("Enter", from + text.length * gap);
}

test("any code typed faster than fingers is heard whole, whatever came before", () => {
  const code = fc.string({ minLength: LENGTH_MIN, maxLength: 32 });
  fc.assert(
    fc.property(code, fc.string({ maxLength: 10 }), fc.integer({ min: 0, max: GAP_MS_MAX }), (scanned, typed, gap) => {
      const wedge = new Wedge();
      [...typed].forEach((key, n) => wedge.press(key, n * 100));
      expect(type(wedge, scanned, gap, 5000)).toBe(scanned);
    }),
  );
});

test("what fingers type is not a scan, however it ends", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 32 }), fc.integer({ min: GAP_MS_MAX + 1, max: 500 }), (typed, gap) => {
      expect(type(new Wedge(), typed, gap)).toBeNull();
    }),
  );
});

test("a shift between the letters does not break a code, and one scan does not run into the next", () => {
  const wedge = new Wedge();
  for (const [n, key] of ["Shift", "T", "N", "0", "0", "0", "4", "1", "2"].entries()) wedge.press(key, n * 10);
  expect(wedge.press("Enter", 95)).toBe("TN000412");
  expect(wedge.press("Enter", 100)).toBeNull();
  expect(type(wedge, "BD00004127", 5, 120)).toBe("BD00004127");
});
