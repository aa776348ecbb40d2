// State down: the feed page by page, the catalogue in chunks that are never fetched twice, and one hash to be sure.

import { sha256 } from "../core/bytes";
import type { Context } from "../core/context";
import { fingerprintOfLines } from "../core/fingerprint";
import { NO_FEED, type FeedState, type Known } from "../core/known";
import { reloadWaiting } from "../core/outbox";
import { PERSONAL, type Change } from "../core/rows";
import { WireError, type Wire } from "./wire";

const PAGE_FIRST = 500;
const PAGE_LEAST = 50;
const GROWS_AFTER = 4; // pages that came whole: on a line that is always cut no more than one of five is lost
const REFETCHES_MAX = 3; // in one go; a server that wants more is not well
const TYPES: ReadonlySet<string> = new Set(
  "title copy loan reader card policy calendar case place event".split(" "),
);

interface Page {
  rows: Change[];
  cursor: string;
  seen: number;
  control: "up_to_date" | "more" | "must_refetch" | "revoked";
  fingerprint: string | null;
}

/** A revoked device is told nothing of it, and hears from the feed why. */
interface Snapshot {
  id?: string;
  cursor?: string;
  chunks?: { sha256: string; bytes: number }[];
}

export async function receive(context: Context, wire: Wire, known: Known): Promise<void> {
  const answered = await answeredOps(context);
  const page = await fetchFeed(context, wire, known);
  if (page) {
    await settle(context, answered, page.seen);
    await check(context, wire, known, page);
  }
  if (context.isRevoked) return;
  await fetchCatalogue(context, wire, known);
}

/** Fetch pages until nothing is new. Null: this device is to be told nothing any more. */
async function fetchFeed(context: Context, wire: Wire, known: Known): Promise<Page | null> {
  let state = await known.feedState();
  if (!state.cursor) state = await fromNothing(wire, known, state);
  let limit = PAGE_FIRST;
  let whole = 0; // pages that came since the last one that did not
  let done = 0;
  let refetches = 0;
  for (;;) {
    context.show({ what: "receiving", done, of: 0 });
    let page: Page;
    try {
      page = await wire.get<Page>(`/api/v1/sync/feed?cursor=${encodeURIComponent(state.cursor)}&limit=${limit}`);
    } catch (error) {
      const isSlow = error instanceof WireError && (error.code === "timeout" || error.code === "cut");
      if (!isSlow || limit <= PAGE_LEAST) throw error;
      limit = Math.max(PAGE_LEAST, Math.floor(limit / 2));
      whole = 0;
      continue;
    }
    if (page.control === "revoked") {
      context.isRevoked = true;
      return null;
    }
    if (page.control === "must_refetch") {
      if (++refetches > REFETCHES_MAX) throw new WireError("server");
      state = await fromNothing(wire, known, { ...state, isSweeping: true });
      continue;
    }
    const isLast = page.control === "up_to_date";
    const next: FeedState = { ...state, cursor: page.cursor, seen: Math.max(page.seen, 0), isSweeping: state.isSweeping && !isLast };
    const rows = page.rows.filter((row) => TYPES.has(row.type)); // a newer server may know more than this desk
    await known.take(rows, isLast ? { ...next, isSweeping: state.isSweeping } : next);
    done += rows.length;
    if (++whole % GROWS_AFTER === 0) limit = Math.min(PAGE_FIRST, limit * 2); // small pages are mostly waiting
    if (isLast && state.isSweeping) {
      await known.sweep(state.round);
      await known.take([], next);
    }
    state = next;
    context.changed();
    if (isLast) return page;
  }
}

/** Begin with an empty cursor, or with that of a snapshot of the catalogue, whose chunks are fetched afterwards. */
async function fromNothing(wire: Wire, known: Known, before: FeedState): Promise<FeedState> {
  const snapshot = await wire.get<Snapshot>("/api/v1/sync/snapshots/here").catch((error: unknown) => {
    if (error instanceof WireError && error.status === 404) return null;
    throw error;
  });
  await known.keepSnapshot({ id: snapshot?.id ?? "", chunks: snapshot?.chunks?.map((one) => one.sha256) ?? [] });
  const state = {
    ...NO_FEED,
    cursor: snapshot?.cursor ?? "",
    round: before.round + 1,
    isSweeping: true,
    refetchedFor: before.refetchedFor,
  };
  return state;
}

async function fetchCatalogue(context: Context, wire: Wire, known: Known): Promise<void> {
  const snapshot = await known.snapshotState();
  if (!snapshot?.chunks.length) return;
  const { stores } = context;
  const whole = new Set(
    (await stores.cached((cache) => cache.chunks.filter((one) => one.isWhole === 1).primaryKeys())) as string[],
  );
  const missing = snapshot.chunks.filter((sha) => !whole.has(sha));
  for (const [at, sha] of missing.entries()) {
    context.show({ what: "catalogue", done: snapshot.chunks.length - missing.length + at, of: snapshot.chunks.length });
    await fetchChunk(context, wire, known, sha);
  }
  if (missing.length) await known.applyTitleRows();
  const kept = new Set(snapshot.chunks);
  const old = [...whole].filter((sha) => !kept.has(sha));
  if (old.length) await stores.cached((cache) => cache.chunks.bulkDelete(old));
}

async function fetchChunk(context: Context, wire: Wire, known: Known, sha: string): Promise<void> {
  const { stores } = context;
  const had = (await stores.cached((cache) => cache.chunks.get(sha)))?.bytes ?? new Uint8Array(0);
  try {
    const bytes = await wire.file(`/api/v1/sync/snapshots/chunks/${sha}`, had);
    if ((await sha256(bytes)) !== sha) {
      await stores.cached((cache) => cache.chunks.delete(sha));
      throw new WireError("cut");
    }
    await stores.cached((cache) => cache.chunks.put({ sha256: sha, bytes, isWhole: 1 }));
    await known.takeTitles({ sha256: sha, bytes, isWhole: 1 });
  } catch (error) {
    const part = error instanceof WireError ? error.part : null;
    if (error instanceof WireError && error.status === 416) await stores.cached((cache) => cache.chunks.delete(sha));
    if (part && part.length > had.length) {
      await stores.cached((cache) => cache.chunks.put({ sha256: sha, bytes: part, isWhole: 0 }));
    }
    throw error;
  }
}

interface Answered {
  key: [number, number];
  number: number | null;
}

async function answeredOps(context: Context): Promise<Answered[]> {
  const records = await context.stores.out((outbox) =>
    outbox.ops.where("shown").equals(1).filter((one) => one.stored === 1).toArray(),
  );
  return records.map((one) => ({ key: [one.epoch, one.seq], number: one.number }));
}

/** The hub's rows hold these now: they need not lie over them any more. */
async function settle(context: Context, answered: Answered[], seen: number): Promise<void> {
  const over = answered.filter((one) => one.number === null || one.number <= seen);
  if (!over.length) return;
  await context.stores.out((outbox) =>
    outbox.transaction("rw", outbox.ops, async () => {
      for (const { key } of over) await outbox.ops.update(key, { shown: 0 });
    }),
  );
  await reloadWaiting(context);
  context.tellOtherTabs("ops");
  context.changed();
}

/** Where this desk's rows are not the hub's: fetch all of them anew, once for each state of the hub. Never operations. */
async function check(context: Context, wire: Wire, known: Known, page: Page): Promise<void> {
  if (!page.fingerprint || !context.dataKey) return;
  const own = await fingerprintOfLines(known.fingerprintLines());
  context.fingerprintOk = own === page.fingerprint;
  if (context.fingerprintOk) return;
  const state = await known.feedState();
  if (state.refetchedFor === page.fingerprint) return;
  await known.take([], { ...state, cursor: "", refetchedFor: page.fingerprint });
  const again = await fetchFeed(context, wire, known);
  if (again?.fingerprint) {
    context.fingerprintOk = (await fingerprintOfLines(known.fingerprintLines())) === again.fingerprint;
  }
}

/** Nothing that names a person is kept for a device that was told to stop. */
export async function dropPeople(context: Context, known: Known): Promise<void> {
  context.dataKey = context.keeper = null;
  known.forgetPeople();
  await context.stores.cached((cache) => cache.rows.filter((row) => PERSONAL.has(row.type)).delete());
}

