// Operations are made here: numbered, chained, sealed, and on the disk before anybody is told that they are done.

import { hex, random } from "./bytes";
import { commitment, digest, type JsonObject } from "./canonical";
import { joinedRow, overlaying, type Context, type PrivatePart } from "./context";
import { uuid7 } from "./ids";
import { seal } from "./sealing";
import { isQuota, type Head, type OperationRecord, type Outbox } from "./stores";
import { DeskError } from "./types";

export interface Draft {
  kind: string;
  body: JsonObject;
  /** What names a person; left out where it is empty. */
  private?: JsonObject;
  was?: OperationRecord["was"];
  /** Its own id, where that had to be known before. */
  op?: string;
}

const FIRST: Head = { epoch: 1, seq: 0, prev: "", at: 0 };
const RETRIES_MAX = 100;

export const headIn = async (outbox: Outbox): Promise<Head> => (await outbox.head.get("head")) ?? FIRST;

/** Make an operation durable. Rejects only when it is certain that nothing was written. */
export async function append(context: Context, draft: Draft): Promise<OperationRecord> {
  const { keeper, place } = context.acting();
  const op = draft.op ?? uuid7(context.env.now());
  const measured = context.clock.watch();
  const reading = context.clock.read();
  const written = await context.alone("outbox", async () => {
    for (let attempt = 0; attempt < RETRIES_MAX; attempt++) {
      const head = await context.stores.out(headIn);
      const made = await build(context, draft, { op, head, reading, actor: keeper.username, place: place.code });
      const done = await write(context, made, head);
      if (done) return done;
    }
    throw new DeskError("busy");
  });
  if (written.isNew) await show(context, written.record);
  if (measured) await context.keepMeasured(measured).catch(() => undefined);
  await context.recount();
  context.tellOtherTabs("ops");
  context.changed();
  return written.record;
}

interface Circumstances {
  op: string;
  head: Head;
  reading: { now: number; wall: string; off: number; unc: number; at: number };
  actor: string;
  place: string;
}

// Everything that takes a turn of the event loop happens here: a transaction would not live through it.
async function build(context: Context, draft: Draft, at: Circumstances): Promise<OperationRecord> {
  const { enrolment, keys } = context.acting();
  const { op, head, reading } = at;
  const hasPrivate = draft.private !== undefined && Object.keys(draft.private).length > 0;
  const personal: PrivatePart | null = hasPrivate ? { private: draft.private ?? {}, salt: hex(random(16)) } : null;
  const body: JsonObject = {
    ...draft.body,
    op,
    v: 1,
    dev: enrolment.device,
    epoch: head.epoch,
    seq: head.seq + 1,
    prev: head.prev,
    kind: draft.kind,
    actor: at.actor,
    place: at.place,
    wall: reading.wall,
    off: reading.off,
    unc: reading.unc,
    ...(context.seen > 0 ? { seen: context.seen } : {}),
    ...(personal ? { commit: await commitment(personal.salt, personal.private) } : {}),
  };
  return {
    epoch: head.epoch,
    seq: head.seq + 1,
    op,
    at: Math.max(context.notBefore(reading.at), head.at),
    wall: reading.now,
    body,
    hash: await digest(body),
    sealed: personal ? await seal(keys.seal, personal) : null,
    shown: 1,
    stored: 0,
    number: null,
    outcome: null,
    case: null,
    trouble: "",
    was: draft.was ?? null,
  };
}

interface Written {
  record: OperationRecord;
  isNew: boolean;
}

/** One transaction for operation, number and overlay. Null: another tab was quicker, build it anew on its head. */
async function write(context: Context, record: OperationRecord, head: Head): Promise<Written | null> {
  const attempt = (): Promise<Written | null> =>
    context.stores.out((outbox) =>
      outbox.transaction("rw", outbox.ops, outbox.head, async () => {
        const before = await outbox.ops.where("op").equals(record.op).first();
        if (before) return { record: before, isNew: true }; // written, though we were told otherwise
        const now = await headIn(outbox);
        if (now.epoch !== head.epoch || now.seq !== head.seq || now.prev !== head.prev) return null;
        await outbox.ops.add(record);
        await outbox.head.put({ key: "head", epoch: record.epoch, seq: record.seq, prev: record.hash, at: record.at });
        return { record, isNew: true };
      }),
    );
  try {
    return await attempt();
  } catch (error) {
    if (!isQuota(error)) throw error;
    // The disk is full: the copy of the catalogue can be fetched again, what was just done cannot.
    await context.stores.dropCache();
    context.tellOtherTabs("rows");
    try {
      return await attempt();
    } catch (again) {
      throw isQuota(again) ? new DeskError("quota") : again;
    }
  }
}

async function show(context: Context, record: OperationRecord): Promise<void> {
  const personal = await context.personal(record.sealed);
  const target = await targetOf(context, record);
  const joined = record.body["kind"] === "join" && personal ? joinedRow(record, personal) : null;
  context.view.wait(overlaying(record, personal), joined, target);
}

/** What a void takes back, as the overlay sees it. */
async function targetOf(context: Context, record: OperationRecord) {
  const id = record.body["kind"] === "void" ? record.body["target"] : undefined;
  if (typeof id !== "string") return null;
  const target = await context.stores.out((outbox) => outbox.ops.where("op").equals(id).first());
  return target ? overlaying(target, await context.personal(target.sealed)) : null;
}

/** Bring the memory in line with the disk: after a start, and when another tab did something. */
export async function reloadWaiting(context: Context): Promise<void> {
  const records = await context.stores.out((outbox) => outbox.ops.where("shown").equals(1).toArray());
  records.sort((one, other) => one.epoch - other.epoch || one.seq - other.seq);
  const present = new Set(records.map((one) => one.op));
  const known = new Set(context.view.waitingOps);
  context.view.settle(new Set([...known].filter((op) => !present.has(op))));
  for (const record of records) if (!known.has(record.op)) await show(context, record);
}

/**
 * Begin a new epoch: the hub knows numbers of this one that this device does not have (its storage is an older copy, or
 * it has a twin). What waits keeps its numbers; what is made from now on begins at 1.
 */
export async function beginEpoch(context: Context, atLeast: number): Promise<void> {
  await context.alone("outbox", () =>
    context.stores.out((outbox) =>
      outbox.transaction("rw", outbox.head, async () => {
        const head = await headIn(outbox);
        if (head.epoch >= atLeast) return;
        await outbox.head.put({ key: "head", epoch: atLeast, seq: 0, prev: "", at: head.at });
      }),
    ),
  );
}
