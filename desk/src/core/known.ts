// The copy of the province's rows on the disk: sealed where they name persons, loaded into memory, written page by page.

import type { Json } from "./canonical";
import { gunzip, text } from "./bytes";
import type { Context } from "./context";
import { isCovered, lineOf } from "./fingerprint";
import { PERSONAL, type Change, type RowType, type TitleRow } from "./rows";
import { hiddenId, seal, unseal } from "./sealing";
import type { ChunkRecord, StoredRow } from "./stores";

/** How far the feed is. `round` grows with each fetching from nothing; what it did not bring again goes away. */
export interface FeedState {
  cursor: string;
  seen: number;
  round: number;
  isSweeping: boolean;
  /** The fingerprint for which everything was fetched anew already: once is enough. */
  refetchedFor: string;
}

export const NO_FEED: FeedState = { cursor: "", seen: 0, round: 1, isSweeping: false, refetchedFor: "" };

export interface SnapshotState {
  id: string;
  chunks: string[];
}

interface Personal {
  id: string;
  row: unknown;
  line: string;
}

export class Known {
  /** Lines of the fingerprint by type and id; those of people only while the desk is open. */
  private readonly lines = new Map<string, string>();

  constructor(private readonly context: Context) {}

  async feedState(): Promise<FeedState> {
    return ((await this.context.stores.cached((cache) => cache.meta.get("feed")))?.value as FeedState | undefined) ?? NO_FEED;
  }

  async snapshotState(): Promise<SnapshotState | null> {
    const found = await this.context.stores.cached((cache) => cache.meta.get("snapshot"));
    return (found?.value as SnapshotState | undefined) ?? null;
  }

  async keepSnapshot(state: SnapshotState): Promise<void> {
    await this.context.stores.cached((cache) => cache.meta.put({ key: "snapshot", value: state }));
  }

  /** Everything that lies open: at the start, and when another tab fetched. */
  async load(): Promise<void> {
    const { stores, view } = this.context;
    const [rows, chunks, snapshot, feed] = await Promise.all([
      stores.cached((cache) => cache.rows.toArray()),
      stores.cached((cache) => cache.chunks.where("sha256").above("").toArray()),
      this.snapshotState(),
      this.feedState(),
    ]);
    const bySha = new Map(chunks.map((chunk) => [chunk.sha256, chunk]));
    view.forgetRows();
    this.lines.clear();
    for (const sha of snapshot?.chunks ?? []) {
      const chunk = bySha.get(sha);
      if (chunk?.isWhole) await this.takeTitles(chunk);
    }
    for (const row of rows) {
      if (row.sealed) continue;
      view.apply({ type: row.type, id: row.id, row: row.row as Change["row"] });
      if (row.line) this.lines.set(`${row.type} ${row.id}`, row.line);
    }
    this.context.seen = Math.max(this.context.seen, feed.seen);
    await this.loadPeople(rows.filter((row) => row.sealed));
  }

  /** Titles of a chunk; those that the feed knows anew stand in rows and are applied afterwards. */
  async takeTitles(chunk: ChunkRecord): Promise<void> {
    for (const line of text(await gunzip(chunk.bytes)).split("\n")) {
      if (!line) continue;
      const { id, ...row } = JSON.parse(line) as TitleRow & { id: string | number };
      this.context.view.apply({ type: "title", id: String(id), row });
    }
  }

  /** What a chunk brought must not cover what the feed brought before it. */
  async applyTitleRows(): Promise<void> {
    const rows = await this.context.stores.cached((cache) =>
      cache.rows.where("[type+id]").between(["title", ""], ["title", "\uffff"]).toArray(),
    );
    for (const row of rows) this.context.view.apply({ type: "title", id: row.id, row: row.row as TitleRow | null });
  }

  /** People and cases, once somebody opened the desk; what came while it was locked gets under the data key then. */
  async loadPeople(given?: StoredRow[]): Promise<void> {
    const { stores, view, keys, dataKey } = this.context;
    if (!dataKey || !keys) return;
    const rows = given ?? (await stores.cached((cache) => cache.rows.filter((row) => row.sealed !== undefined).toArray()));
    const again: StoredRow[] = [];
    await Promise.all(
      rows.map(async (row) => {
        const found = await unseal<Personal>(row.by === "data" ? dataKey : keys.seal, row.sealed as never).catch(() => null);
        if (!found) return; // under a data key that is gone: fetched anew
        view.apply({ type: row.type, id: found.id, row: found.row as Change["row"] });
        if (found.line) this.lines.set(`${row.type} ${found.id}`, found.line);
        if (row.by === "device") again.push({ ...row, sealed: await seal(dataKey, found), by: "data" });
      }),
    );
    if (again.length) await stores.cached((cache) => cache.rows.bulkPut(again));
  }

  forgetPeople(): void {
    this.context.view.forgetPeople();
    for (const key of this.lines.keys()) if (key.startsWith("reader ")) this.lines.delete(key);
  }

  /** A page of the feed: rows and cursor in one transaction, then into memory. */
  async take(changes: Change[], state: FeedState): Promise<void> {
    const { stores, view, dataKey } = this.context;
    const prepared = await Promise.all(changes.map((change) => this.prepare(change, state.round)));
    await stores.cached((cache) =>
      cache.transaction("rw", cache.rows, cache.meta, async () => {
        await cache.rows.bulkPut(prepared.flatMap((one) => one.put ?? []));
        await cache.rows.bulkDelete(prepared.flatMap((one) => (one.remove ? [one.remove] : [])));
        await cache.meta.put({ key: "feed", value: state });
      }),
    );
    for (const { change, line } of prepared) {
      if (PERSONAL.has(change.type) && !dataKey) continue;
      view.apply(change);
      const key = `${change.type} ${change.id}`;
      if (line) this.lines.set(key, line);
      else this.lines.delete(key);
    }
    this.context.seen = Math.max(this.context.seen, state.seen);
  }

  private async prepare({ type, id: given, row }: Change, round: number): Promise<Prepared> {
    const { keys, dataKey } = this.context;
    const id = String(given);
    const change = { type, id, row };
    const line = row !== null && isCovered(type) ? await lineOf(type, id, row as unknown as Json) : "";
    if (!PERSONAL.has(type) || !keys) {
      // A title that is gone may stand in a chunk: the row that says so stays.
      if (row === null && type !== "title") return { change, line, remove: [type, id] };
      return { change, line, put: { type, id, round, row, ...(line ? { line } : {}) } };
    }
    const hidden = await hiddenId(keys, `${type} ${id}`);
    if (row === null) return { change, line, remove: [type, hidden] };
    const sealed = await seal(dataKey ?? keys.seal, { id, row, line } satisfies Personal);
    return { change, line, put: { type, id: hidden, round, sealed, by: dataKey ? "data" : "device" } };
  }

  /** After a round from nothing: put away what did not come again. */
  async sweep(round: number): Promise<void> {
    await this.context.stores.cached((cache) => cache.rows.where("round").below(round).delete());
    await this.load(); // the memory may know more than the disk did: the cache was dropped when there was no room
  }

  fingerprintLines(): string[] {
    return [...this.lines.values()];
  }
}

interface Prepared {
  change: { type: RowType; id: string; row: Change["row"] };
  line: string;
  put?: StoredRow;
  remove?: [string, string];
}
