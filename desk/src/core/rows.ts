// The rows that the province sends, as docs/developer/sync-protocol.md has them.

export interface TitleRow {
  title: string;
  author: string;
  year: string | number | null;
  kind?: string;
  languages?: string[];
}

export interface CopyRow {
  title: string | number | null;
  shelf: string;
  condition: string;
  material: string;
  place: string;
  trouble: string;
  aside_for: string | null;
  going_to?: string;
}

export interface LoanRow {
  reader: string;
  due: string;
  since: string;
  renewals: number;
  policy: number | null;
  place: string;
}

export interface ReaderRow {
  name: string;
  card: string;
  group: string;
  expires: string | null;
  birth_year: number | null;
  is_child: boolean;
  is_pending: boolean;
  language: string;
  merged_into: string | null;
  loans: number;
}

export interface CardRow {
  reader: string;
}

export interface PolicyRow {
  version: number;
  is_lendable: boolean;
  loan_days: number;
  until_next_visit: boolean;
  on_fair_days: boolean;
  loans_max: number;
  renewal_days: number;
  renewals_max: number;
}

export interface CalendarRow {
  open_weekdays: number[];
  closed: [string, string][];
  fairs: string[];
  visits: string[];
  until: string;
}

export interface CaseRowIn {
  kind: string;
  title: string;
  what: string[];
  happened: string;
  is_urgent: boolean;
  operations: string[];
  decisions: { decision: string; words: string }[];
}

export interface PlaceRow {
  code: string;
  name: string;
  mode: "STAFFED" | "KEPT" | "OPEN_SHELF";
  kind: string;
  commune: string;
  offline_days_max: number;
  groups: Record<string, string>;
}

export interface EventRow {
  name: string;
  on: string;
}

export interface RowTypes {
  title: TitleRow;
  copy: CopyRow;
  loan: LoanRow;
  reader: ReaderRow;
  card: CardRow;
  policy: PolicyRow;
  calendar: CalendarRow;
  case: CaseRowIn;
  place: PlaceRow;
  event: EventRow;
}

export type RowType = keyof RowTypes;

/** A change as the feed says it; `row` null: gone, or of this scope no longer. */
export interface Change {
  type: RowType;
  id: string;
  row: RowTypes[RowType] | null;
}

/** Rows that name persons or speak of them: on the disk they are only ever sealed. */
export const PERSONAL: ReadonlySet<string> = new Set(["reader", "card", "case"]);
