// What the desk shows of copies: the hub's rows, and over them what this desk did that is not in them yet.
// The simple part of domain/circulation/rules/copy_fold.py; tests/vectors/overlay.json keeps the two together.

import { localDay } from "./days";
import type { CopyRow, LoanRow } from "./rows";

/** An own operation as far as the overlay looks at it. `at` is its time in ms, corrected by the measured offset. */
export interface Waiting {
  op: string;
  kind: string;
  at: number;
  /** Grows with epoch and number. */
  order?: number;
  actor: string;
  place: string;
  copy?: string;
  reader?: string;
  due?: string;
  target?: string;
  /** Who had the copy before a return: undoing one that the hub has taken in already shows it again. */
  was?: { reader: string; due: string } | null;
}

export interface CopyState {
  loan: { reader: string; due: string; since: number; isMine: boolean } | null;
  place: string;
  trouble: string;
  goingTo: string;
  asideFor: string | null;
}

const IN_HAND: ReadonlySet<string> = new Set(["lend", "return", "sighting", "use"]);
const FOUND_AGAIN: ReadonlySet<string> = new Set(["LOST", "MISSING", "CLAIMED"]);
const SAME_SCAN_MS = 12 * 3_600_000;

export function stateAtHub(copy: CopyRow | undefined, loan: LoanRow | undefined): CopyState {
  return {
    loan: loan ? { reader: loan.reader, due: loan.due, since: Date.parse(loan.since), isMine: false } : null,
    place: copy?.place ?? "",
    trouble: copy?.trouble ?? "",
    goingTo: copy?.going_to ?? "",
    asideFor: copy?.aside_for ?? null,
  };
}

/** Ids of what was taken back in time: the same day (in Vietnam) by the same person. */
export function takenBack(waiting: Iterable<Waiting>, known: (op: string) => Waiting | undefined): Set<string> {
  const back = new Set<string>();
  for (const one of waiting) {
    const target = one.kind === "void" && one.target ? known(one.target) : undefined;
    if (target && target.actor === one.actor && localDay(target.at) === localDay(one.at)) back.add(target.op);
  }
  return back;
}

/** Say how a copy stands after `waiting`, which is about this copy, in order, and without what was taken back. */
export function overlay(
  hub: CopyState,
  waiting: readonly Waiting[],
  same: (one: string, other: string) => boolean = (one, other) => one === other,
): CopyState {
  const state = { ...hub };
  const since = hub.loan?.since ?? -Infinity;
  for (const one of waiting) {
    if (one.at < since) continue; // older than the hub's loan: the hub knew of it, or will judge it
    if (IN_HAND.has(one.kind)) takeInHand(state, one);
    if (one.kind === "lend") lend(state, one, same);
    else if (one.kind === "return") state.loan = null;
    else if (one.kind === "renew") prolong(state, one, same);
  }
  return state;
}

function takeInHand(state: CopyState, one: Waiting): void {
  if (state.trouble === "CLAIMED") state.loan = null;
  if (FOUND_AGAIN.has(state.trouble)) state.trouble = "";
  if (one.kind === "lend" || (one.place && one.place !== state.place)) state.asideFor = null;
  state.goingTo = "";
  if (one.place) state.place = one.place;
}

function lend(state: CopyState, one: Waiting, same: (one: string, other: string) => boolean): void {
  const loan = state.loan;
  const reader = one.reader ?? "";
  if (loan && same(loan.reader, reader)) {
    if (one.at - loan.since > SAME_SCAN_MS && one.due && one.due > loan.due) state.loan = { ...loan, due: one.due };
    return;
  }
  state.loan = { reader, due: one.due ?? "", since: one.at, isMine: true };
}

function prolong(state: CopyState, one: Waiting, same: (one: string, other: string) => boolean): void {
  const loan = state.loan;
  if (!loan || (one.reader && !same(loan.reader, one.reader))) return;
  if (one.due && one.due > loan.due) state.loan = { ...loan, due: one.due };
}

/** Show as undone what the hub's rows already hold: the void of an operation that left the overlay. */
export function unapply(
  hub: CopyState,
  target: Waiting,
  same: (one: string, other: string) => boolean = (one, other) => one === other,
): CopyState {
  const isIts = hub.loan && target.reader !== undefined && same(hub.loan.reader, target.reader);
  if (target.kind === "lend" && isIts) return { ...hub, loan: null };
  if (target.kind === "return" && !hub.loan && target.was) {
    return { ...hub, loan: { ...target.was, since: target.at, isMine: false } };
  }
  return hub;
}

/** Says whether the copy may be taken from the shelf here. */
export function isFree(state: CopyState, here: string): boolean {
  return !state.loan && !state.trouble && !state.asideFor && !state.goingTo && state.place === here;
}
