// Operations are made here: numbered, chained, sealed, and on the disk before anybody is told that they are done.

import { hex, random } from "./bytes";
import { commitment, digest, type JsonObject } from "./canonical";
import { joinedRow, overlaying, type Context, type PrivatePart } from "./context";
import { uuid7 } from "./ids";
import { seal } from "./sealing";
import type { Head, OperationRecord, Outbox } from "./stores";
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

/** Throws DeskError `wiped` where there is none: an enrolled device has had one from the beginning. */
export async function headIn(outbox: Outbox): Promise<Head> {
  const found = await outbox.head.get("head");
  if (!found) throw new DeskError("wiped");
  return { epoch: found.epoch, seq: found.seq, prev: found.prev, at: found.at };
}

export const isLoss = (error: unknown): boolean => error instanceof DeskError && error.code === "wiped";

/** Let an outbox have a head: number 0 of epoch 1. */
export async function beginHead(outbox: Outbox): Promise<void> {
  if (!(await outbox.head.get("head"))) await outbox.head.add({ key: "head", ...FIRST });
}

/**
 * Make an operation durable. Resolves once its transaction completed, and what is counted follows; rejects only when it
 * is certain that nothing was written.
 */
export async function append(context: Context, draft: Draft): Promise<OperationRecord> {
  const { keeper, place } = context.acting();
  const op = draft.op ?? uuid7(context.env.now());
  const measured = context.clock.watch();
  const reading = context.clock.read();
  const personal = personalOf(draft);
  const at = { op, reading, actor: keeper.username, place: place.code };
  const record = await context.inTurn("outbox", async () => {
    let head = context.head ?? (await context.stores.out(headIn));
    const attempt = async (): Promise<OperationRecord | null> => {
      const written = await write(context, await build(context, draft, personal, { ...at, head }), head);
      context.head = head = written.head;
      return written.record;
    };
    return (await attempt()) ?? context.locked("outbox", () => again(attempt)); // another tab writes too: now it waits
  });
  await show(context, record, personal);
  context.followAct(measured);
  return record;
}

async function again(attempt: () => Promise<OperationRecord | null>): Promise<OperationRecord> {
  for (let times = 0; times < RETRIES_MAX; times++) {
    const record = await attempt();
    if (record) return record;
  }
  throw new DeskError("busy");
}

function personalOf(draft: Draft): PrivatePart | null {
  const isSaid = draft.private !== undefined && Object.keys(draft.private).length > 0;
  return isSaid ? { private: draft.private ?? {}, salt: hex(random(16)) } : null;
}

interface Circumstances {
  op: string;
  head: Head;
  reading: { now: number; wall: string; off: number; unc: number; at: number };
  actor: string;
  place: string;
}

// Everything that takes a turn of the event loop happens here: a transaction would not live through it.
async function build(
  context: Context,
  draft: Draft,
  personal: PrivatePart | null,
  { op, head, reading, actor, place }: Circumstances,
): Promise<OperationRecord> {
  const { enrolment, keys } = context.acting();
  const hashed = async (): Promise<{ body: JsonObject; hash: string }> => {
    const body: JsonObject = {
      ...draft.body,
      op,
      v: 1,
      dev: enrolment.device,
      epoch: head.epoch,
      seq: head.seq + 1,
      prev: head.prev,
      kind: draft.kind,
      actor,
      place,
      wall: reading.wall,
      off: reading.off,
      unc: reading.unc,
      ...(context.seen > 0 ? { seen: context.seen } : {}),
      ...(personal ? { commit: await commitment(personal.salt, personal.private) } : {}),
    };
    return { body, hash: await digest(body) };
  };
  const [{ body, hash }, sealed] = await Promise.all([hashed(), personal ? seal(keys.seal, personal) : null]);
  return {
    epoch: head.epoch,
    seq: head.seq + 1,
    op,
    at: Math.max(context.notBefore(reading.at), head.at),
    wall: reading.now,
    body,
    hash,
    sealed,
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
  /** Null: the head was another, so another tab was quicker; build it anew on this one. */
  record: OperationRecord | null;
  head: Head;
}

/** One transaction for operation, number and overlay. */
async function write(context: Context, record: OperationRecord, head: Head): Promise<Written> {
  const attempt = (): Promise<Written> =>
    context.stores.out((outbox) =>
      outbox.transaction("rw", outbox.ops, outbox.head, async () => {
        const now = await headIn(outbox);
        if (now.epoch !== head.epoch || now.seq !== head.seq || now.prev !== head.prev) {
          // Perhaps by this very operation, though we were told that it failed.
          const before = await outbox.ops.where("op").equals(record.op).first();
          return { record: before ?? null, head: now };
        }
        const next = { epoch: record.epoch, seq: record.seq, prev: record.hash, at: record.at };
        await Promise.all([outbox.ops.add(record), outbox.head.put({ key: "head", ...next })]);
        return { record, head: next };
      }),
    );
  try {
    return await attempt();
  } catch (error) {
    context.head = null; // whatever happened, the disk knows
    throw error;
  }
}

async function show(context: Context, record: OperationRecord, personal: PrivatePart | null): Promise<void> {
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
  const known = new Set(context.view.waitingOps); // before the disk is read: what is done meanwhile stays
  const records = await context.stores.out((outbox) => outbox.ops.where("shown").equals(1).toArray());
  records.sort((one, other) => one.epoch - other.epoch || one.seq - other.seq);
  const present = new Set(records.map((one) => one.op));
  context.view.settle(new Set([...known].filter((op) => !present.has(op))));
  for (const record of records) {
    if (!known.has(record.op)) await show(context, record, await context.personal(record.sealed));
  }
}

/**
 * Begin a new epoch: the hub knows numbers of this one that this device does not have (its storage is an older copy, or
 * it has a twin). What waits keeps its numbers; what is made from now on begins at 1.
 */
export async function beginEpoch(context: Context, atLeast: number): Promise<void> {
  await context.inTurn("outbox", () =>
    context.locked("outbox", () =>
      context.stores.out((outbox) =>
        outbox.transaction("rw", outbox.head, async () => {
          context.head = null;
          const head = await headIn(outbox);
          if (head.epoch >= atLeast) return;
          await outbox.head.put({ key: "head", epoch: atLeast, seq: 0, prev: "", at: head.at });
        }),
      ),
    ),
  );
}
