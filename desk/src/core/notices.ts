// What a keeper should look at. A fact is never refused; a desk with a network would have asked first.

import type { Notice } from "./types";

export interface Asked {
  reader: { id: string; expires: string | null; is_pending: boolean; loans: number } | null;
  copy: { condition: string; trouble: string; aside_for: string | null; on_loan_to: string | null };
  policy: { is_lendable: boolean; loans_max: number } | null;
  /** ISO day. */
  on: string;
}

type Refusal =
  | "reader_unknown"
  | "copy_with_this_reader"
  | "card_pending"
  | "card_expired"
  | "copy_unknown"
  | "copy_withdrawn"
  | "copy_damaged"
  | "copy_set_aside"
  | "copy_for_reading_here"
  | "material_not_lent"
  | "copy_on_loan"
  | "over_limit";

/** All reasons for which an asked desk would not lend, in the order in which a librarian explains them. */
export function refusals({ reader, copy, policy, on }: Asked): Refusal[] {
  if (!reader) return ["reader_unknown"];
  if (copy.on_loan_to === reader.id) return ["copy_with_this_reader"];
  const found: [boolean, Refusal][] = [
    [reader.is_pending, "card_pending"],
    [reader.expires !== null && reader.expires < on, "card_expired"],
    [!copy.condition, "copy_unknown"],
    [copy.condition === "WITHDRAWN", "copy_withdrawn"],
    [copy.trouble === "DAMAGED", "copy_damaged"],
    [copy.aside_for !== null && copy.aside_for !== reader.id, "copy_set_aside"],
    [copy.condition === "REFERENCE", "copy_for_reading_here"],
    [policy !== null && !policy.is_lendable, "material_not_lent"],
    [copy.on_loan_to !== null, "copy_on_loan"],
    [policy !== null && reader.loans >= policy.loans_max, "over_limit"],
  ];
  return found.filter(([holds]) => holds).map(([, code]) => code);
}

/** As domain/circulation/rules/lending.py:may_lend (tests/vectors/lending.json); null: it would lend. */
export const firstRefusal = (asked: Asked): Refusal | null => refusals(asked)[0] ?? null;

const NOTICE: Record<Refusal, Notice | null> = {
  reader_unknown: null,
  copy_with_this_reader: "same_reader",
  card_pending: "card_pending",
  card_expired: "card_expired",
  copy_unknown: "copy_unknown",
  copy_withdrawn: "withdrawn",
  copy_damaged: "not_lent",
  copy_set_aside: "aside_for_other",
  copy_for_reading_here: "not_lent",
  material_not_lent: "not_lent",
  copy_on_loan: "on_loan_to_other",
  over_limit: "over_limit",
};

export function noticesOfLending(asked: Asked): Notice[] {
  return [...new Set(refusals(asked).flatMap((code) => NOTICE[code] ?? []))];
}
