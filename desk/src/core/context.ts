// What the parts of the desk share: machine, stores, keys, clock, memory, and who is told of changes.

import type { DeskClock, Measured } from "./clock";
import type { Env } from "./env";
import { unseal } from "./sealing";
import type { DeviceKeys, Head, OperationRecord, Stores } from "./stores";
import { DeskError, type Keeper, type Place, type Progress, type State, type Waiting } from "./types";
import type { JsonObject } from "./canonical";
import type { Waiting as Overlaying } from "./overlay";
import type { ReaderRow } from "./rows";
import type { View } from "./view";
import { localDay } from "./days";

/** What enrolment gave; credential and expiry are renewed by each hello. */
export interface Enrolment {
  device: string;
  credential: string;
  expires: string;
  place: Place;
}

export interface Contact {
  /** When the province last answered (ms, this device's clock), and what it said then. */
  at: number;
  /** What time it was then by the province's clock (ms): it cannot be earlier now. */
  hubTime: number;
  backedUpThrough: number;
  contiguous: number;
}

export interface PrivatePart {
  private: JsonObject;
  salt: string;
}

/** Marks outside the databases: which device this was, and what waited, should they be thrown away. */
export const deviceMark = (prefix: string): string => `${prefix}-device`;
const waitingMark = (prefix: string): string => `${prefix}-waiting`;

export const IDLE: Progress = { what: "idle", done: 0, of: 0, reason: "", nextTry: null };

export class Context {
  keys: DeviceKeys | null = null;
  enrolment: Enrolment | null = null;
  contact: Contact | null = null;
  keeper: Keeper | null = null;
  keepers: Keeper[] = [];
  dataKey: CryptoKey | null = null;
  isRevoked = false;
  seen = 0;
  /** The head of the outbox as this tab wrote or read it last; another tab may have moved it on. Null: not read yet. */
  head: Head | null = null;
  fingerprintOk: boolean | null = null;
  counted: Waiting = { count: 0, oldest: null, tooLarge: 0 };
  progress: Progress = IDLE;
  private readonly listeners = new Set<(state: State) => void>();
  private readonly queues = new Map<string, Promise<unknown>>();
  private channel: BroadcastChannel | null = null;
  private counting: Promise<void> | null = null;
  private isCountOld = false;
  private isAsideOld = true;
  /** Called when another tab changed something; set by whoever loads. */
  onOtherTab: (what: "ops" | "rows" | "settings") => void = () => undefined;

  constructor(
    readonly env: Env,
    readonly stores: Stores,
    readonly clock: DeskClock,
    readonly view: View,
  ) {
    stores.dropped = () => this.tellOtherTabs("rows");
    if (typeof BroadcastChannel !== "undefined") {
      this.channel = new BroadcastChannel(`${env.prefix}-desk`);
      this.channel.onmessage = (event: MessageEvent<"ops" | "rows" | "settings">) => this.onOtherTab(event.data);
      // A test in Node must be able to end while a desk is open.
      (this.channel as unknown as { unref?: () => void }).unref?.();
    }
  }

  close(): void {
    this.channel?.close();
    this.channel = null;
    this.listeners.clear();
    this.stores.close();
  }

  tellOtherTabs(what: "ops" | "rows" | "settings"): void {
    this.channel?.postMessage(what);
  }

  state(): State {
    const days = this.contact ? Math.floor((this.env.now() - this.contact.at) / 86_400_000) : null;
    return {
      phase: this.phase,
      place: this.place,
      keeper: this.keeper,
      keepers: this.keepers,
      isOnline: this.env.isOnline(),
      waiting: this.counted,
      progress: this.progress,
      offlineDays: days === null ? null : Math.max(0, days),
    };
  }

  private get phase(): State["phase"] {
    if (this.isRevoked) return "revoked";
    if (!this.enrolment) return "new";
    return this.dataKey ? "open" : "locked";
  }

  get place(): Place | null {
    const row = this.view.place;
    if (row) return { code: row.code, name: row.name, mode: row.mode, commune: row.commune };
    return this.enrolment?.place ?? null;
  }

  subscribe(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    listener(this.state());
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    const state = this.state();
    for (const listener of this.listeners) listener(state);
  }

  show(progress: Partial<Progress>): void {
    this.progress = { ...IDLE, ...progress };
    this.changed();
  }

  /** Nothing of this device is in the memory any more. */
  forget(): void {
    this.keys = this.enrolment = this.contact = this.keeper = this.dataKey = this.head = null;
    this.keepers = [];
    this.view.forgetRows();
    this.view.forgetPeople();
    this.view.settle(new Set(this.view.waitingOps));
    this.view.place = null;
    this.counted = { count: 0, oldest: null, tooLarge: 0 };
  }

  /** The browser threw the databases away: what had not been sent is lost, and people must be told how much. */
  tellLoss(): void {
    this.forget();
    this.isRevoked = false;
    this.show({ what: "failed", reason: "wiped", of: Number(this.env.marks?.getItem(waitingMark(this.env.prefix))) || 0 });
  }

  /** Who acts, and where. Throws DeskError `revoked`, `not_enrolled` or `locked`. */
  acting(): { keys: DeviceKeys; enrolment: Enrolment; keeper: Keeper; place: Place } {
    if (this.isRevoked) throw new DeskError("revoked");
    if (!this.enrolment || !this.keys || !this.place) throw new DeskError("not_enrolled");
    if (!this.keeper || !this.dataKey) throw new DeskError("locked");
    return { keys: this.keys, enrolment: this.enrolment, keeper: this.keeper, place: this.place };
  }

  /** Today, in Vietnam, as well as the device can tell. */
  today(): string {
    return localDay(this.notBefore(this.clock.read().at));
  }

  /** A clock that lost its battery says 1970; but it is later than when the province last answered. */
  notBefore(guess: number): number {
    return Math.max(guess, this.contact?.hubTime ?? guess);
  }

  /** An act is on the disk. What is counted and told follows; whoever acted does not wait for it. */
  followAct(measured: Measured | null): void {
    const { count, oldest, tooLarge } = this.counted;
    this.keepCount({ count: count + 1, oldest: oldest ?? new Date(this.env.now()).toISOString(), tooLarge });
    this.tellOtherTabs("ops");
    const follow = async (): Promise<void> => {
      this.changed();
      if (measured) await this.stores.keep("clock", measured);
      await this.recount(false); // what was just done is not too large to be sent until somebody has tried
      this.changed();
    };
    setTimeout(() => void follow().catch(() => undefined)); // this tab is closing: it counts when it opens
  }

  /** One after another in this tab. */
  async inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.queues.get(name) ?? Promise.resolve();
    const mine = before.then(work);
    this.queues.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  }

  /**
   * One tab at a time. One that was frozen while it held the lock must not stop the others for ever: after three
   * seconds the work goes on without, and the databases catch what collides.
   */
  async locked<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (!this.env.locks) return work();
    let hasBegun = false;
    const begun = (): Promise<T> => {
      hasBegun = true;
      return work();
    };
    try {
      return await this.env.locks.request(`${this.env.prefix}-${name}`, { signal: AbortSignal.timeout(3_000) }, begun);
    } catch (error) {
      if (hasBegun) throw error;
      return work();
    }
  }

  /**
   * Count anew what the province has not; resolves when a count is through that began after the call. By index, but for
   * those too large to be sent (`withAside`), for which each is looked at.
   */
  async recount(withAside = true): Promise<void> {
    this.isCountOld = true;
    this.isAsideOld ||= withAside;
    this.counting ??= this.countOn().finally(() => (this.counting = null));
    return this.counting;
  }

  private async countOn(): Promise<void> {
    while (this.isCountOld) {
      const withAside = this.isAsideOld;
      this.isCountOld = this.isAsideOld = false;
      const counted = await this.count(withAside);
      if (counted) this.keepCount(counted);
      else this.tellLoss();
    }
  }

  private keepCount(counted: Waiting): void {
    const isOther = counted.count !== this.counted.count;
    this.counted = counted;
    if (!isOther || !this.enrolment) return;
    try {
      this.env.marks?.setItem(waitingMark(this.env.prefix), String(counted.count));
    } catch {
      // no room even for that: it is a help for a bad day, nothing else
    }
  }

  /** Null where the outbox of this device is not there any more. */
  private count(withAside: boolean): Promise<Waiting | null> {
    return this.stores.out((outbox) =>
      outbox.transaction("r", outbox.ops, outbox.foreign, outbox.head, async () => {
        const own = outbox.ops.where("stored").equals(0);
        const [mine, others, oldest, head] = await Promise.all([
          own.count(),
          outbox.foreign.where("stored").equals(0).count(),
          outbox.ops.where("stored").equals(0).first(),
          outbox.head.get("head"),
        ]);
        if (this.enrolment && !head) return null;
        const { tooLarge } = this.counted;
        return {
          count: mine + others,
          oldest: oldest ? new Date(oldest.wall).toISOString() : null,
          tooLarge: withAside ? await own.filter((one) => one.trouble === "too_large").count() : tooLarge,
        };
      }),
    );
  }

  async personal(sealed: OperationRecord["sealed"]): Promise<PrivatePart | null> {
    return sealed && this.keys ? unseal<PrivatePart>(this.keys.seal, sealed) : null;
  }
}

const textIn = (body: JsonObject, key: string): string | undefined => {
  const value = body[key];
  return typeof value === "string" ? value : undefined;
};

/** An own operation as the overlay sees it. */
export function overlaying(record: OperationRecord, personal: PrivatePart | null): Overlaying {
  const reader = personal ? textIn(personal.private, "reader") : undefined;
  const [copy, due] = [textIn(record.body, "copy"), textIn(record.body, "due")];
  const target = textIn(record.body, "target") ?? textIn(record.body, "case");
  return {
    op: record.op,
    kind: String(record.body["kind"]),
    at: record.at,
    order: record.epoch * 2 ** 32 + record.seq,
    actor: String(record.body["actor"] ?? ""),
    place: String(record.body["place"] ?? ""),
    ...(copy === undefined ? {} : { copy }),
    ...(reader === undefined ? {} : { reader }),
    ...(due === undefined ? {} : { due }),
    ...(target === undefined ? {} : { target }),
    was: record.was,
  };
}

/** The reader that a join makes, as a row. */
export function joinedRow(record: OperationRecord, personal: PrivatePart): { id: string; row: ReaderRow } {
  const said = personal.private;
  return {
    id: textIn(said, "reader") ?? "",
    row: {
      name: textIn(said, "name") ?? "",
      card: textIn(said, "card") ?? "",
      group: textIn(record.body, "group") ?? "OTHER",
      expires: textIn(record.body, "expires") ?? null,
      birth_year: Number(textIn(said, "birth")?.slice(0, 4)) || null,
      is_child: false,
      is_pending: false,
      language: "vi",
      merged_into: null,
      loans: 0,
    },
  };
}

