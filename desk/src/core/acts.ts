// What a keeper does. Each act is a fact: it is never refused, only the input can be impossible. A promise resolves when
// the operation is on the disk.

import type { JsonObject } from "./canonical";
import type { Context } from "./context";
import { copyOf, mayWarnOfAbsence, readerCard } from "./asking";
import { cardExpiry, dueOn, yearsBetween } from "./days";
import { uuid7, isUuid } from "./ids";
import { noticesOfLending } from "./notices";
import { readBarcode, readCard } from "./numbers";
import { append, type Draft } from "./outbox";
import type { PolicyRow } from "./rows";
import type { OperationRecord } from "./stores";
import { tidy } from "./text";
import { DeskError, type Done, type NewReader, type Notice } from "./types";

const COUNT_MAX = 10_000; // more in a day is a slip of the finger
const TEXT_MAX = 2_000;
const WANTED_MAX = 300;
const NAME_MAX = 80;
const ADDRESS_MAX = 200;
const PHONE_MAX = 20;
const RENEWAL_DAYS = 7; // where no terms have reached this desk
const GROUPS: ReadonlySet<string> = new Set(
  "CHILD PUPIL STUDENT OFFICIAL FARMER SOLDIER ELDER DISABLED OTHER".split(" "),
);
const ADULT_AGE_YEARS = 16; // Law on Children 102/2016/QH13, art. 1
const ASSENT_AGE_YEARS = 7; // Law on personal data protection 91/2025/QH15, art. 24

function barcode(text: string): string {
  const found = readBarcode(text);
  if (found === null) throw new DeskError("barcode_wrong", "copy");
  return found;
}

async function done(
  context: Context,
  draft: Draft,
  about: { copy?: string; reader?: string | null; due?: string | null; notices?: Notice[] } = {},
): Promise<Done> {
  const record = await append(context, draft);
  return {
    op: record.op,
    kind: draft.kind,
    at: new Date(record.wall).toISOString(),
    copy: about.copy === undefined ? null : copyOf(context, about.copy),
    reader: about.reader ? readerCard(context, about.reader) : null,
    due: about.due ?? null,
    notices: about.notices ?? [],
  };
}

function termsOf(context: Context, reader: string, copy: string): PolicyRow | null {
  const group = context.view.reader(reader)?.row.group ?? "";
  return context.view.policy(group, context.view.copies.get(copy)?.material ?? "");
}

export async function lend(context: Context, scanned: string, reader: string): Promise<Done> {
  context.acting();
  const copy = barcode(scanned);
  if (!isUuid(reader)) throw new DeskError("reader_unknown", "reader");
  const known = context.view.reader(reader);
  const policy = termsOf(context, reader, copy);
  const state = context.view.stateOf(copy);
  const today = context.today();
  const row = context.view.copies.get(copy);
  const notices = noticesOfLending({
    reader: known && {
      id: known.id,
      expires: known.row.expires,
      is_pending: known.row.is_pending,
      loans: context.view.loanCount(known.id),
    },
    copy: {
      condition: row?.condition ?? "",
      trouble: state.trouble,
      aside_for: state.asideFor && context.view.survivor(state.asideFor),
      on_loan_to: state.loan && context.view.survivor(state.loan.reader),
    },
    policy,
    on: today,
  });
  if (mayWarnOfAbsence(context)) notices.push("offline_too_long");
  const due = policy && dueOn(today, policy, context.view.calendar);
  const body: JsonObject = {
    copy,
    ...(due ? { due } : {}),
    ...(policy ? { policy: policy.version } : {}),
    ...(known ? { group: known.row.group } : {}),
  };
  const to = known?.id ?? reader;
  return done(context, { kind: "lend", body, private: { reader: to } }, { copy, reader: to, due, notices });
}

export async function giveBack(context: Context, scanned: string): Promise<Done> {
  context.acting();
  const copy = barcode(scanned);
  const state = context.view.stateOf(copy);
  const notices: Notice[] = [];
  if (!context.view.isKnownCopy(copy)) notices.push("copy_unknown");
  if (!state.loan) notices.push("not_on_loan");
  if (context.view.copies.get(copy)?.condition === "WITHDRAWN") notices.push("withdrawn");
  if (state.asideFor) notices.push("aside_for_other");
  const was = state.loan && { reader: state.loan.reader, due: state.loan.due };
  return done(context, { kind: "return", body: { copy }, was }, { copy, reader: was?.reader ?? null, notices });
}

export async function renew(context: Context, scanned: string): Promise<Done> {
  context.acting();
  const copy = barcode(scanned);
  const loan = context.view.stateOf(copy).loan;
  const today = context.today();
  // From today or from the due date, whichever is later: renewing early must not cost days.
  const start = loan && loan.due > today ? loan.due : today;
  const policy = loan ? termsOf(context, loan.reader, copy) : null;
  const terms = policy ?? { ...UNKNOWN_TERMS };
  const due = dueOn(start, terms, context.view.calendar, true);
  const notices: Notice[] = loan ? [] : ["not_on_loan"];
  const row = context.view.loans.get(copy);
  if (policy && row && loan && !loan.isMine && row.renewals >= policy.renewals_max) notices.push("over_limit");
  const draft: Draft = { kind: "renew", body: { copy, due } };
  if (loan) draft.private = { reader: loan.reader };
  return done(context, draft, { copy, reader: loan?.reader ?? null, due, notices });
}

const UNKNOWN_TERMS: PolicyRow = {
  version: 0,
  is_lendable: true,
  loan_days: RENEWAL_DAYS,
  until_next_visit: false,
  on_fair_days: false,
  loans_max: 0,
  renewal_days: RENEWAL_DAYS,
  renewals_max: 0,
};

async function handle(context: Context, kind: "sighting" | "use", scanned: string): Promise<Done> {
  context.acting();
  const copy = barcode(scanned);
  const notices: Notice[] = [];
  if (!context.view.isKnownCopy(copy)) notices.push("copy_unknown");
  if (context.view.stateOf(copy).loan) notices.push("on_loan_to_other");
  if (context.view.copies.get(copy)?.condition === "WITHDRAWN") notices.push("withdrawn");
  return done(context, { kind, body: { copy } }, { copy, notices });
}

export const sight = (context: Context, copy: string): Promise<Done> => handle(context, "sighting", copy);
export const use = (context: Context, copy: string): Promise<Done> => handle(context, "use", copy);

/** Throws DeskError with the codes of domain/readers/rules/joining.py: nobody joins without consent. */
export async function join(context: Context, person: NewReader): Promise<Done> {
  context.acting();
  const today = context.today();
  const name = tidy(person.name).slice(0, NAME_MAX);
  if (name.length < 2) throw new DeskError("name_needed", "name");
  if (!GROUPS.has(person.group)) throw new DeskError("group_unknown", "group");
  const birth = person.birth || null;
  if (birth !== null && (!isDay(birth) || birth < "1900-01-01" || birth > today)) {
    throw new DeskError("birth_date_wrong", "birth");
  }
  if (!person.consent) throw new DeskError("consent_needed", "consent");
  const age = birth === null ? null : yearsBetween(birth, today);
  const isMinor = age === null ? person.group === "CHILD" : age < ADULT_AGE_YEARS;
  if (isMinor && !tidy(person.guardian)) throw new DeskError("guardian_needed", "guardian");
  if (isMinor && (age === null || age >= ASSENT_AGE_YEARS) && !person.assent) {
    throw new DeskError("assent_needed", "assent");
  }
  const card = person.card.trim() ? readCard(person.card) : "";
  if (card === null) throw new DeskError("card_wrong", "card");
  const reader = uuid7(context.env.now());
  const said: JsonObject = {
    name,
    card,
    birth,
    phone: tidy(person.phone).replaceAll(" ", "").slice(0, PHONE_MAX),
    address: tidy(person.address).slice(0, ADDRESS_MAX),
    guardian: tidy(person.guardian).slice(0, NAME_MAX),
    guardian_phone: tidy(person.guardianPhone).replaceAll(" ", "").slice(0, PHONE_MAX),
  };
  const personal = Object.fromEntries(Object.entries(said).filter(([, value]) => value)) as JsonObject;
  const body: JsonObject = { group: person.group, expires: cardExpiry(today) };
  const notices: Notice[] = card && context.view.readerOfCard(card) ? ["card_pending"] : [];
  return done(
    context,
    { kind: "join", body, private: { reader, ...personal, consent: true, assent: person.assent } },
    { reader, notices },
  );
}

function isDay(text: string): boolean {
  const instant = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

function counts(given: Record<string, number>): JsonObject {
  const found: JsonObject = {};
  for (const [group, count] of Object.entries(given)) {
    if (!GROUPS.has(group)) throw new DeskError("group_unknown", group);
    if (!Number.isInteger(count) || count < 0 || count > COUNT_MAX) throw new DeskError("count_wrong", group);
    if (count > 0) found[group] = count;
  }
  if (!Object.keys(found).length) throw new DeskError("count_needed");
  return found;
}

export async function countVisits(context: Context, given: Record<string, number>): Promise<Done> {
  return done(context, { kind: "visit_tally", body: { counts: counts(given), on: context.today() } });
}

export async function countShelf(context: Context, given: Record<string, number>): Promise<Done> {
  return done(context, { kind: "open_shelf_tally", body: { uses: counts(given), on: context.today() } });
}

export async function countAttendance(context: Context, event: string, given: Record<string, number>): Promise<Done> {
  if (!isUuid(event)) throw new DeskError("event_unknown", "event");
  return done(context, { kind: "attendance", body: { event, counts: counts(given) } });
}

/** Somebody known by name came to an event; said twice, they came once. */
export async function attend(context: Context, event: string, reader: string): Promise<Done> {
  if (!isUuid(event)) throw new DeskError("event_unknown", "event");
  const who = knownReader(context, reader);
  return done(context, { kind: "attend", body: { event }, private: { reader: who } }, { reader: who });
}

/** A reader asks for a title that is known here, or for one in their own words; judged when it arrives. */
export async function wish(context: Context, reader: string, wanted: { title: string } | { words: string }): Promise<Done> {
  const { place } = context.acting();
  const who = knownReader(context, reader);
  const said = "words" in wanted ? tidy(wanted.words) : "";
  if ("words" in wanted && !said) throw new DeskError("text_needed", "text");
  if (said.length > WANTED_MAX) throw new DeskError("too_long", "text");
  const record = "title" in wanted ? Number(wanted.title) : null;
  if (record !== null && !Number.isSafeInteger(record)) throw new DeskError("copy_unknown", "title");
  const group = context.view.reader(who)?.row.group ?? "";
  const body: JsonObject = { pickup: place.code, ...(record === null ? {} : { record }), ...(group ? { group } : {}) };
  return done(context, { kind: "wish", body, private: { reader: who, ...(said ? { wanted: said } : {}) } }, { reader: who });
}

function knownReader(context: Context, reader: string): string {
  context.acting();
  const known = isUuid(reader) ? context.view.reader(reader) : null;
  if (!known) throw new DeskError("reader_unknown", "reader");
  return known.id;
}

export async function note(context: Context, said: string, about: { copy?: string; reader?: string }): Promise<Done> {
  const text = said.trim();
  if (!text) throw new DeskError("text_needed", "text");
  if (text.length > TEXT_MAX) throw new DeskError("too_long", "text");
  const body: JsonObject = about.copy === undefined ? {} : { copy: barcode(about.copy) };
  const personal: JsonObject = about.reader === undefined ? { text } : { text, reader: about.reader };
  return done(context, { kind: "note", body, private: personal }, about);
}

/** Take an own operation back; the hub lets it count the same day by the same person, else a librarian decides. */
export async function undo(context: Context, op: string): Promise<Done> {
  context.acting();
  const target = await ownOperation(context, op);
  if (!target) throw new DeskError("not_on_this_desk", "op");
  if (target.body["kind"] === "void") throw new DeskError("void_of_void", "op");
  const voids = await context.stores.out((outbox) =>
    outbox.ops.where("shown").equals(1).filter((one) => one.body["kind"] === "void" && one.body["target"] === op).first(),
  );
  if (voids) throw new DeskError("undone_already", "op");
  const copy = target.body["copy"];
  return done(context, { kind: "void", body: { target: op } }, typeof copy === "string" ? { copy } : {});
}

const ownOperation = (context: Context, op: string): Promise<OperationRecord | undefined> =>
  context.stores.out((outbox) => outbox.ops.where("op").equals(op).first());

export async function settle(context: Context, id: string, decision: string, reason: string): Promise<Done> {
  if (!/^[0-9A-Za-z]{1,32}$/.test(id)) throw new DeskError("case_unknown", "case");
  if (reason.length > TEXT_MAX) throw new DeskError("too_long", "reason");
  const draft: Draft = { kind: "settle", body: { case: id, decision } };
  if (reason.trim()) draft.private = { reason: reason.trim() };
  return done(context, draft);
}
