// Operations by other roads: a file that any desk or the workbench takes in, and a few of them as QR codes.

import { deflate, gunzip, gzip, hex, inflate, join, random, text, utf8, type Bytes } from "./bytes";
import type { JsonObject } from "./canonical";
import type { Context, PrivatePart } from "./context";
import { isUuid } from "./ids";
import { beginEpoch, headIn } from "./outbox";
import { seal } from "./sealing";
import type { ForeignRecord, OperationRecord } from "./stores";
import { DeskError } from "./types";

const FILE_MAX = 32 * 1024 * 1024;
const OPERATIONS_MAX = 100_000;

type Sendable = Pick<OperationRecord, "body" | "sealed">;

async function whole(context: Context, records: Sendable[]): Promise<JsonObject[]> {
  return Promise.all(
    records.map(async (one) => ({ ...one.body, ...((await context.personal(one.sealed)) as JsonObject | null) })),
  );
}

async function letter(context: Context, records: Sendable[]): Promise<Bytes> {
  const head = await context.stores.out(headIn);
  const made = new Date(context.env.now()).toISOString();
  const device = context.enrolment?.device ?? "";
  const operations = await whole(context, records);
  return utf8(JSON.stringify({ guisach: "operations", v: 1, device, epoch: head.epoch, made, operations }));
}

/** Everything of which the province has no backup: after a restore even what it had answered may be needed. */
export async function exportFile(context: Context): Promise<{ name: string; blob: Blob; operations: number }> {
  if (!context.enrolment) throw new DeskError("not_enrolled");
  const { backedUpThrough } = context.contact ?? { backedUpThrough: 0 };
  const [own, foreign] = await context.stores.out(async (outbox) => {
    const { epoch } = await headIn(outbox);
    const isNeeded = (one: OperationRecord): boolean =>
      one.stored === 0 || one.epoch !== epoch || one.seq > backedUpThrough;
    return [
      await outbox.ops.orderBy("[epoch+seq]").filter(isNeeded).toArray(),
      await outbox.foreign.where("stored").equals(0).toArray(),
    ] as const;
  });
  const packed = await gzip(await letter(context, [...own, ...foreign]));
  const day = context.today();
  return {
    name: `guisach-desk-${context.enrolment.device}-${day}.json.gz`,
    blob: new Blob([packed], { type: "application/gzip" }),
    operations: own.length + foreign.length,
  };
}

interface Incoming {
  op: string;
  dev: string;
  epoch: number;
  seq: number;
  body: JsonObject;
  personal: PrivatePart | null;
}

/** Take in another desk's file, to be passed on under its own numbers; as often as anybody likes. */
export async function importFile(context: Context, file: Blob): Promise<{ operations: number; known: number }> {
  const { keys, enrolment } = context;
  if (!keys || !enrolment) throw new DeskError("not_enrolled");
  if (file.size > FILE_MAX) throw new DeskError("too_large", "file");
  const incoming = read(await unpacked(file));
  const taken = context.env.now();
  const prepared: ForeignRecord[] = await Promise.all(
    incoming.map(async ({ personal, ...one }) => ({
      ...one,
      sealed: personal ? await seal(keys.seal, personal) : null,
      stored: 0 as const,
      taken,
      trouble: "" as const,
    })),
  );
  let known = 0;
  let ahead = 0;
  await context.stores.out((outbox) =>
    outbox.transaction("rw", outbox.ops, outbox.foreign, outbox.head, async () => {
      [known, ahead] = [0, 0];
      const head = await headIn(outbox);
      for (const one of prepared) {
        const isOwn = (await outbox.ops.where("op").equals(one.op).count()) > 0;
        if (isOwn || (await outbox.foreign.get(one.op))) {
          known++;
          continue;
        }
        await outbox.foreign.add(one);
        // This device made it and does not remember: its numbers must not be given out again.
        const isPast = one.epoch < head.epoch || (one.epoch === head.epoch && one.seq <= head.seq);
        if (one.dev === enrolment.device && !isPast) ahead = Math.max(ahead, one.epoch);
      }
    }),
  );
  if (ahead) await beginEpoch(context, ahead + 1);
  await context.recount();
  context.tellOtherTabs("ops");
  context.changed();
  return { operations: prepared.length, known };
}

async function unpacked(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return text(bytes);
  try {
    return text(await gunzip(bytes));
  } catch {
    throw new DeskError("file_broken", "file");
  }
}

function read(written: string): Incoming[] {
  let found: unknown;
  try {
    found = JSON.parse(written);
  } catch {
    throw new DeskError("file_broken", "file");
  }
  const { guisach, v, operations } = (found ?? {}) as { guisach?: unknown; v?: unknown; operations?: unknown };
  if (guisach !== "operations" || !Array.isArray(operations)) throw new DeskError("file_other", "file");
  if (v !== 1) throw new DeskError("file_newer", "file");
  if (operations.length > OPERATIONS_MAX) throw new DeskError("too_large", "file");
  return operations.map(opened);
}

function opened(item: unknown): Incoming {
  const { private: personal, salt, ...body } = (item ?? {}) as JsonObject;
  const { op, dev, epoch, seq } = body;
  const isNumbered = Number.isSafeInteger(epoch) && Number.isSafeInteger(seq) && Number(epoch) > 0 && Number(seq) > 0;
  if (!isUuid(op) || !isUuid(dev) || !isNumbered) throw new DeskError("file_broken", "file");
  const part = personal && typeof salt === "string" ? { private: personal as JsonObject, salt } : null;
  return { op, dev, epoch: Number(epoch), seq: Number(seq), body, personal: part };
}

// --- a series of QR codes: "GS1", series, part, of, then base 45 (RFC 9285), which QR codes hold most tightly ---

const CODES_MAX = 10;
const CODE_BYTES = 600; // 900 signs: version 20, which a phone reads from another's screen
const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export function base45(bytes: Bytes): string {
  let out = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    let value = isPair ? (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) : (bytes[at] ?? 0);
    for (let digit = 0; digit < (isPair ? 3 : 2); digit++) {
      out += SIGNS[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return out;
}

/** Throws DeskError `code_broken` for what is none. */
export function unbase45(written: string): Bytes {
  const out: number[] = [];
  for (let at = 0; at < written.length; at += 3) {
    const digits = [...written.slice(at, at + 3)].map((sign) => SIGNS.indexOf(sign));
    const value = digits.reduceRight((sum, digit) => sum * 45 + digit, 0);
    const size = digits.length - 1;
    if (digits.includes(-1) || size < 1 || value >= 256 ** size) throw new DeskError("code_broken");
    if (size === 2) out.push(value >> 8);
    out.push(value & 255);
  }
  return new Uint8Array(out);
}

/** Texts of at most ten codes with the oldest operations that wait; as many as fit. */
export async function qrSeries(context: Context): Promise<string[]> {
  const waiting = await context.stores.out((outbox) =>
    outbox.ops.where("stored").equals(0).filter((one) => one.trouble !== "too_large").limit(400).toArray(),
  );
  let count = waiting.length;
  while (count > 0) {
    const packed = await deflate(await letter(context, waiting.slice(0, count)));
    if (packed.length <= CODES_MAX * CODE_BYTES) return codes(packed);
    count = Math.min(count - 1, Math.floor((count * CODES_MAX * CODE_BYTES) / packed.length));
  }
  return [];
}

function codes(packed: Bytes): string[] {
  const of = Math.ceil(packed.length / CODE_BYTES);
  const series = hex(random(4)).toUpperCase();
  return Array.from({ length: of }, (_, at) => {
    const part = packed.slice(at * CODE_BYTES, (at + 1) * CODE_BYTES);
    return `GS1 ${series} ${at + 1}/${of} ${base45(part)}`;
  });
}

/** Put a series together again, in any order: a file for `importFile`. Null while parts are missing. */
export async function joinSeries(texts: string[]): Promise<Blob | null> {
  const parts = texts.flatMap((one) => {
    const match = /^GS1 (\S+) (\d+)\/(\d+) (.*)$/s.exec(one);
    return match ? [{ series: match[1], at: Number(match[2]), of: Number(match[3]), data: match[4] ?? "" }] : [];
  });
  const first = parts[0];
  if (!first) return null;
  const own = new Map(parts.filter((one) => one.series === first.series).map((one) => [one.at, one.data]));
  if (own.size < first.of) return null;
  const packed = join(...[...own].sort(([one], [other]) => one - other).map(([, data]) => unbase45(data)));
  try {
    return new Blob([await inflate(packed)], { type: "application/json" });
  } catch {
    throw new DeskError("code_broken");
  }
}
