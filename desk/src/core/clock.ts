// What time it is, as well as this device can say. The offset to the hub is measured at each contact; between contacts
// a clock that is set back is noticed by one that cannot be set. (A clock set forward looks like a device that slept:
// the clock that cannot be set stands still then too. The hub finds that out and opens a case; see decision 0053.)

import type { Env } from "./env";

/** Kept in the settings: the hub's time minus the device's, how well that is known, and when (device's time). */
export interface Measured {
  offset: number;
  unc: number;
  at: number;
}

export interface Reading {
  /** The device's own clock: ms, and written with its zone. */
  now: number;
  wall: string;
  off: number;
  unc: number;
  /** now + off: the best guess of the true time. */
  at: number;
}

const UNC_MAX = 24 * 3_600_000;
const UNMEASURED_UNC = 10 * 60_000;
const DRIFT = 50e-6; // of cheap quartz: four seconds a day
const SETTING_MS = 2_000; // smaller steps are the machine's own corrections

export class DeskClock {
  private last: { wall: number; mono: number };

  constructor(
    private readonly env: Pick<Env, "now" | "monotonic">,
    private measured: Measured | null,
  ) {
    this.last = { wall: env.now(), mono: env.monotonic() };
  }

  get offset(): number | null {
    return this.measured ? this.measured.offset : null;
  }

  /** What was measured before this page was opened. */
  remember(measured: Measured | null): void {
    this.measured ??= measured;
  }

  /** What is to be kept on the disk. */
  get kept(): Measured | null {
    return this.measured;
  }

  /** Returns a corrected measurement where the clock was set back since it was last looked at, to be kept; else null. */
  watch(): Measured | null {
    const wall = this.env.now();
    const mono = this.env.monotonic();
    const setBack = mono - this.last.mono - (wall - this.last.wall);
    this.last = { wall, mono };
    if (!this.measured || setBack < SETTING_MS) return null;
    const { offset, unc, at } = this.measured;
    this.measured = { offset: offset + Math.round(setBack), unc: unc + SETTING_MS, at: at - Math.round(setBack) };
    return this.measured;
  }

  /** Learn from an answer: sent and received by the device's clock, `server` what the hub said. All in ms. */
  learn(sent: number, received: number, server: number): Measured {
    const half = Math.max(0, Math.ceil((received - sent) / 2));
    this.watch();
    const found = { offset: Math.round(server - (sent + received) / 2), unc: half + 1, at: Math.round(received) };
    const known = this.measured;
    const knownUnc = known ? this.grown(known, received) : Infinity;
    // A slow answer says little: what was measured well stays, unless the two contradict each other.
    const isNoNews = known && knownUnc < found.unc && Math.abs(known.offset - found.offset) <= knownUnc + found.unc;
    this.measured = isNoNews ? known : found;
    return this.measured;
  }

  private grown(measured: Measured, now: number): number {
    return measured.unc + Math.ceil(Math.abs(now - measured.at) * DRIFT);
  }

  read(): Reading {
    this.watch();
    const now = Math.round(this.env.now());
    const off = this.measured?.offset ?? 0;
    const unc = this.measured ? this.grown(this.measured, now) : UNMEASURED_UNC;
    return { now, wall: written(now), off, unc: Math.min(unc, UNC_MAX), at: now + off };
  }
}

/** ISO 8601 with the offset of the device's zone. */
export function written(instant: number): string {
  const minutes = -new Date(instant).getTimezoneOffset();
  const local = new Date(instant + minutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(minutes);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${local}${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
