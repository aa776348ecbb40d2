// What the parts of the desk share: machine, stores, keys, clock, memory, and who is told of changes.

import type { DeskClock, Measured } from "./clock";
import type { Env } from "./env";
import { unseal } from "./sealing";
import type { DeviceKeys, OperationRecord, Stores } from "./stores";
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

export const IDLE: Progress = { what: "idle", done: 0, of: 0, reason: "", nextTry: null };

export class Context {
  keys: DeviceKeys | null = null;
  enrolment: Enrolment | null = null;
  contact: Contact | null = null;
  keeper: Keeper | null = null;
  keepers: Keeper[] = [];
  dataKey: CryptoKey | null = null;
  isRevoked = false;
  wasWiped = false;
  seen = 0;
  fingerprintOk: boolean | null = null;
  counted: Waiting = { count: 0, oldest: null, tooLarge: 0 };
  progress: Progress = IDLE;
  private readonly listeners = new Set<(state: State) => void>();
  private readonly queues = new Map<string, Promise<unknown>>();
  private channel: BroadcastChannel | null = null;
  /** Called when another tab changed something; set by whoever loads. */
  onOtherTab: (what: "ops" | "rows" | "settings") => void = () => undefined;

  constructor(
    readonly env: Env,
    readonly stores: Stores,
    readonly clock: DeskClock,
    readonly view: View,
  ) {
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

  async keepMeasured(measured: Measured | null): Promise<void> {
    if (measured) await this.stores.keep("clock", measured);
  }

  /**
   * One at a time, in this tab and among tabs. A tab that was frozen while it held the lock must not stop the others
   * for ever: after three seconds the work goes on without, and the databases catch what collides.
   */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.queues.get(name) ?? Promise.resolve();
    const mine = before.then(() => this.locked(`${this.env.prefix}-${name}`, work));
    this.queues.set(
      name,
      mine.catch(() => undefined),
    );
    return mine;
  }

  private async locked<T>(name: string, work: () => Promise<T>): Promise<T> {
    if (!this.env.locks) return work();
    let hasBegun = false;
    const begun = (): Promise<T> => {
      hasBegun = true;
      return work();
    };
    try {
      return await this.env.locks.request(name, { signal: AbortSignal.timeout(3_000) }, begun);
    } catch (error) {
      if (hasBegun) throw error;
      return work();
    }
  }

  /** Count anew what the province has not; cheap, by index. */
  async recount(): Promise<void> {
    this.counted = await this.stores.out((outbox) =>
      outbox.transaction("r", outbox.ops, outbox.foreign, async () => {
        const own = outbox.ops.where("stored").equals(0);
        const count = (await own.count()) + (await outbox.foreign.where("stored").equals(0).count());
        const oldest = await outbox.ops.where("stored").equals(0).first();
        const tooLarge = count ? await own.filter((one) => one.trouble === "too_large").count() : 0;
        return { count, oldest: oldest ? new Date(oldest.wall).toISOString() : null, tooLarge };
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
      is_blocked: false,
      language: "vi",
      merged_into: null,
      loans: 0,
    },
  };
}

