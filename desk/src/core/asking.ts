// What the screens ask: people, titles, copies, what was done, how the device is.

import type { Context } from "./context";
import { isMistyped, readBarcode, readCard, splitNumber } from "./numbers";
import type { OperationRecord } from "./stores";
import {
  DeskError,
  type CaseRow,
  type Copy,
  type Entry,
  type Health,
  type ReaderCard,
  type Tick,
  type Title,
} from "./types";

const OFFLINE_DAYS_MAX = 30; // unless the place says otherwise

export function readerCard(context: Context, id: string): ReaderCard | null {
  const found = context.view.reader(id);
  if (!found) return null;
  const { row } = found;
  return {
    id: found.id,
    name: row.name,
    card: row.card,
    group: row.group,
    expires: row.expires,
    isExpired: row.expires !== null && row.expires < context.today(),
    isPending: row.is_pending,
    isHere: found.isHere,
    loans: context.view.loanCount(found.id),
    loansMax: context.view.policy(row.group, "")?.loans_max ?? null,
  };
}

export function titleOf(context: Context, id: string): Title | null {
  const row = context.view.titles.get(id);
  if (!row) return null;
  const copies = context.view.copiesOf(id);
  return {
    id,
    title: row.title,
    author: row.author,
    year: row.year === null || row.year === undefined ? "" : String(row.year),
    copies: copies.length,
    free: context.view.freeOf(id, context.place?.code ?? ""),
  };
}

export function copyOf(context: Context, barcode: string): Copy {
  const row = context.view.copies.get(barcode);
  const state = context.view.stateOf(barcode);
  return {
    barcode,
    title: row?.title == null ? null : titleOf(context, String(row.title)),
    shelf: row?.shelf ?? "",
    loan: state.loan && {
      reader: readerCard(context, state.loan.reader),
      due: state.loan.due,
      isMine: state.loan.isMine,
    },
    asideFor: state.asideFor ? readerCard(context, state.asideFor) : null,
    trouble: state.trouble || (row?.condition === "WITHDRAWN" ? "WITHDRAWN" : ""),
  };
}

/** The province was not heard for longer than this place may go on without a warning. */
export function mayWarnOfAbsence(context: Context): boolean {
  const days = context.state().offlineDays;
  return days !== null && days > (context.view.place?.offline_days_max ?? OFFLINE_DAYS_MAX);
}

export function findReaders(context: Context, text: string, limit: number): ReaderCard[] {
  const number = readCard(text);
  const byCard = number === null ? null : context.view.readerOfCard(number);
  const ids = context.view.readerIndex.find(text, limit).map((id) => context.view.survivor(id));
  const found = [...new Set(byCard ? [byCard, ...ids] : ids)].slice(0, limit);
  return found.flatMap((id) => readerCard(context, id) ?? []);
}

export function findTitles(context: Context, text: string, limit: number): Title[] {
  return context.view.titleIndex.find(text, limit).flatMap((id) => titleOf(context, id) ?? []);
}

export function copy(context: Context, text: string): Copy {
  const barcode = readBarcode(text);
  if (barcode === null) throw new DeskError("barcode_wrong", "copy");
  return copyOf(context, barcode);
}

type Recognised = { card: ReaderCard } | { copy: Copy } | { text: string; wrongDigit: boolean };

/** A known card, a known copy, what looks like a barcode that the desk does not know yet, or words. */
export function recognise(context: Context, text: string): Recognised {
  const number = readCard(text);
  const owner = number === null ? null : context.view.readerOfCard(number);
  const card = owner && readerCard(context, owner);
  if (card) return { card };
  const barcode = readBarcode(text);
  if (barcode !== null && context.view.isKnownCopy(barcode)) return { copy: copyOf(context, barcode) };
  if (number?.startsWith("BD") && /^BD\d/.test(number)) return { text: text.trim(), wrongDigit: isMistyped(number) };
  const parts = barcode === null ? null : splitNumber(barcode);
  const looksScanned = parts !== null && /^[A-Z][A-Z./-]{0,9}$/.test(parts[0]) && parts[1].length >= 4;
  if (barcode !== null && looksScanned) return { copy: copyOf(context, barcode) };
  return { text: text.trim(), wrongDigit: false };
}

export function cases(context: Context): CaseRow[] {
  return [...context.view.cases]
    .filter(([id]) => !context.view.isSettledHere(id))
    .map(([id, row]) => ({
      id,
      kind: row.kind,
      title: row.title,
      what: row.what,
      happened: row.happened,
      isUrgent: row.is_urgent,
      decisions: row.decisions,
    }))
    .sort((one, other) => Number(other.isUrgent) - Number(one.isUrgent) || (one.happened < other.happened ? 1 : -1));
}

const tickOf = (record: OperationRecord): Tick => (record.stored ? "province" : "here");

export async function ticks(context: Context, ops: string[]): Promise<Map<string, Tick>> {
  const records = await context.stores.out((outbox) => outbox.ops.where("op").anyOf(ops).toArray());
  return new Map(records.map((record) => [record.op, tickOf(record)]));
}

export async function entries(context: Context, limit: number): Promise<Entry[]> {
  const records = await context.stores.out((outbox) => outbox.ops.orderBy("[epoch+seq]").reverse().limit(limit).toArray());
  // A void comes after what it takes back, so it is among the newer ones.
  const voided = new Set(records.filter((one) => one.body["kind"] === "void").map((one) => one.body["target"]));
  return Promise.all(records.map((record) => entry(context, record, voided.has(record.op))));
}

async function entry(context: Context, record: OperationRecord, isVoided: boolean): Promise<Entry> {
  const { body } = record;
  const words: Entry["words"] = {};
  if (typeof body["copy"] === "string") {
    words.copy = body["copy"];
    const title = context.view.copies.get(words.copy)?.title;
    const row = title == null ? undefined : context.view.titles.get(String(title));
    if (row) words.title = row.title;
  }
  const wanted = typeof body["record"] === "number" ? context.view.titles.get(String(body["record"])) : undefined;
  if (wanted) words.title = wanted.title;
  if (typeof body["due"] === "string") words.due = body["due"];
  const counted = (body["counts"] ?? body["uses"]) as Record<string, number> | undefined;
  if (counted) words.count = Object.values(counted).reduce((sum, count) => sum + count, 0);
  const reader = context.dataKey ? await readerNameIn(context, record) : undefined;
  if (reader) words.reader = reader;
  return {
    op: record.op,
    seq: record.seq,
    kind: String(body["kind"]),
    at: new Date(record.wall).toISOString(),
    actor: String(body["actor"]),
    words,
    tick: tickOf(record),
    outcome: record.outcome,
    case: record.case,
    isVoided,
    trouble: record.trouble,
  };
}

async function readerNameIn(context: Context, record: OperationRecord): Promise<string | undefined> {
  const personal = await context.personal(record.sealed);
  const id = personal?.private["reader"] ?? record.was?.reader;
  const known = typeof id === "string" ? context.view.reader(id)?.row.name : undefined;
  const said = personal?.private["name"];
  return known ?? (typeof said === "string" ? said : undefined);
}

export async function health(context: Context): Promise<Health> {
  const { storage } = context.env;
  const estimate = await storage?.estimate().catch(() => null);
  return {
    persisted: (await storage?.persisted().catch(() => null)) ?? null,
    storageUsed: estimate?.usage ?? 0,
    storageQuota: estimate?.quota ?? 0,
    clockOffsetMs: context.clock.offset,
    lastContact: context.contact ? new Date(context.contact.at).toISOString() : null,
    backedUpThrough: context.contact?.backedUpThrough ?? 0,
    credentialExpires: context.enrolment?.expires ?? null,
    fingerprintOk: context.fingerprintOk,
    isRevoked: context.isRevoked,
    titles: context.view.titles.size,
    copies: context.view.copies.size,
    readers: context.view.readers.size,
    version: context.env.version,
  };
}
