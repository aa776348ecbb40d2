// Two databases. The outbox must not lose anything that was confirmed: strict durability, never dropped. The cache is
// a copy of what the province knows and may go at any time.

import { Dexie, type Table } from "dexie";
import type { Bytes } from "./bytes";
import type { JsonObject } from "./canonical";
import type { RowType } from "./rows";
import { DeskError } from "./types";

export interface Sealed {
  iv: Bytes;
  data: ArrayBuffer;
}

/** An own operation. Public parts lie open, what names a person only in `sealed`. */
export interface OperationRecord {
  epoch: number;
  seq: number;
  op: string;
  /** Its time in ms as far as this device can tell (wall + off), and as its own clock said. */
  at: number;
  wall: number;
  body: JsonObject;
  hash: string;
  /** {private, salt} under the device's key; null where it names nobody. */
  sealed: Sealed | null;
  /** 1 while it lies over the hub's rows. */
  shown: 0 | 1;
  /** 1 once the province has answered that it is stored. */
  stored: 0 | 1;
  /** The hub's number, where it said so. */
  number: number | null;
  outcome: string | null;
  case: string | null;
  trouble: "" | "malformed" | "fork" | "too_large";
  was: { reader: string; due: string } | null;
}

/** An operation of another desk, carried on to the province under its own number. */
export interface ForeignRecord {
  op: string;
  dev: string;
  epoch: number;
  seq: number;
  body: JsonObject;
  sealed: Sealed | null;
  stored: 0 | 1;
  /** When it was taken in (ms). */
  taken: number;
  trouble: OperationRecord["trouble"];
}

export interface Head {
  epoch: number;
  /** The highest number given out in this epoch; the hash of that body; its time. */
  seq: number;
  prev: string;
  at: number;
}

export interface DeviceKeys {
  name: "device";
  sign: CryptoKeyPair;
  seal: CryptoKey;
  index: CryptoKey;
}

export interface KeeperRecord {
  username: string;
  name: string;
  may: string[];
  salt: Bytes;
  cost: { memory: number; passes: number };
  /** The keeper's private key (PKCS 8) under the PIN, and that under the device's key. */
  box: Sealed;
  /** To this the data key is sealed, also while the keeper is away. */
  open: CryptoKey;
  dataKey: { from: Bytes; sealed: Sealed };
  /** Wrong PINs since the last right one; written before each is looked at. */
  tries: number;
}

interface Setting {
  key: string;
  value: unknown;
}

export class Outbox extends Dexie {
  ops!: Table<OperationRecord, [number, number]>;
  foreign!: Table<ForeignRecord, string>;
  head!: Table<Head & { key: "head" }, string>;
  keys!: Table<DeviceKeys, string>;
  keepers!: Table<KeeperRecord, string>;
  settings!: Table<Setting, string>;

  constructor(prefix: string) {
    super(`${prefix}-outbox`, { chromeTransactionDurability: "strict" });
    this.version(1).stores({
      ops: "[epoch+seq], &op, shown, stored",
      foreign: "op, stored",
      head: "key",
      keys: "name",
      keepers: "username",
      settings: "key",
    });
  }
}

export interface StoredRow {
  type: RowType;
  id: string;
  /** The round of fetching in which it came last. */
  round: number;
  row?: unknown;
  /** {id, row, line} under the data key, or under the device's while nobody has opened the desk. */
  sealed?: Sealed;
  by?: "data" | "device";
  /** What the fingerprint says of it; in `sealed` where that would tell. */
  line?: string;
}

export interface ChunkRecord {
  sha256: string;
  bytes: Bytes;
  isWhole: 0 | 1;
}

export class Cache extends Dexie {
  rows!: Table<StoredRow, [string, string]>;
  chunks!: Table<ChunkRecord, string>;
  meta!: Table<Setting, string>;

  constructor(prefix: string) {
    super(`${prefix}-cache`, { chromeTransactionDurability: "relaxed" });
    this.version(1).stores({ rows: "[type+id], round", chunks: "sha256", meta: "key" });
  }
}

const CLOSED: ReadonlySet<string> = new Set(["DatabaseClosedError", "InvalidStateError", "OpenFailedError", "UnknownError"]);

const nameOf = (error: unknown): string => (error as { name?: string } | null)?.name ?? "";
const innerOf = (error: unknown): unknown => (error as { inner?: unknown } | null)?.inner;

export const isQuota = (error: unknown): boolean =>
  nameOf(error) === "QuotaExceededError" || nameOf(innerOf(error)) === "QuotaExceededError";

const isClosed = (error: unknown): boolean => CLOSED.has(nameOf(error)) || CLOSED.has(nameOf(innerOf(error)));

export class Stores {
  readonly outbox: Outbox;
  readonly cache: Cache;
  private isClosed = false;
  /** Called when the cache was given up for lack of room. */
  dropped = (): void => undefined;

  constructor(prefix: string) {
    this.outbox = new Outbox(prefix);
    this.cache = new Cache(prefix);
    for (const database of [this.outbox, this.cache]) {
      // Another tab has a newer desk, or deletes: let it; what comes next opens again what is there then.
      database.on("versionchange", () => {
        database.close({ disableAutoOpen: false });
        return false;
      });
    }
  }

  /**
   * Work on the outbox. A database closed under us (iOS in the background, another tab's upgrade) is opened again. Where
   * the disk is full, the copy of the catalogue goes, for it can be fetched again, and the work is done once more.
   * Throws DeskError `quota` where that did not help.
   */
  async out<T>(work: (outbox: Outbox) => PromiseLike<T>): Promise<T> {
    const attempt = (): Promise<T> => reopening(this.outbox, work, () => !this.isClosed);
    try {
      return await attempt();
    } catch (error) {
      if (!isQuota(error)) throw error;
      await this.dropCache();
      this.dropped();
      return attempt().catch((again: unknown) => {
        throw isQuota(again) ? new DeskError("quota") : again;
      });
    }
  }

  async cached<T>(work: (cache: Cache) => PromiseLike<T>): Promise<T> {
    return reopening(this.cache, work, () => !this.isClosed);
  }

  /** Give up the copy of what the province knows: it can be fetched again, the outbox cannot. */
  async dropCache(): Promise<void> {
    await this.cached((cache) =>
      cache.transaction("rw", cache.rows, cache.chunks, cache.meta, async () => {
        await cache.chunks.clear();
        await cache.rows.clear();
        await cache.meta.clear();
      }),
    );
  }

  async setting<T>(key: string): Promise<T | undefined> {
    return (await this.out((outbox) => outbox.settings.get(key)))?.value as T | undefined;
  }

  async keep(key: string, value: unknown): Promise<void> {
    await this.out((outbox) => outbox.settings.put({ key, value }));
  }

  /** For good: what is under way fails, and nothing is opened again. */
  close(): void {
    this.isClosed = true;
    for (const database of [this.outbox, this.cache]) {
      if (database.isOpen()) database.close();
      // Closed while it is being opened, Dexie leaves a connection behind that nobody can close any more.
      else database.open().then(() => database.close(), () => undefined);
    }
  }

  async wipe(): Promise<void> {
    await this.cache.delete();
    await this.outbox.delete();
  }
}

async function reopening<D extends Dexie, T>(
  database: D,
  work: (database: D) => PromiseLike<T>,
  mayOpen: () => boolean,
): Promise<T> {
  try {
    return await work(database);
  } catch (error) {
    if (!isClosed(error) || !mayOpen()) throw error;
    database.close({ disableAutoOpen: false });
    await database.open();
    return work(database);
  }
}
