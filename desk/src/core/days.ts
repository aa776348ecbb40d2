// Days and due dates, as domain/circulation/rules/lending.py and its neighbours (tests/vectors/due.json).
// A day is an ISO text: days compare as texts do.

import type { CalendarRow, PolicyRow } from "./rows";

const DAY_MS = 86_400_000;
const VIETNAM_MS = 7 * 3_600_000; // the library's day is a day in Vietnam, which has no summer time
const LATER_AT_MOST_DAYS = 60; // a fair or an open day that comes later than this is not waited for

/** The day in Vietnam on which an instant (ms) falls. */
export const localDay = (instant: number): string => new Date(instant + VIETNAM_MS).toISOString().slice(0, 10);

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

const weekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

function isOpen(day: string, calendar: CalendarRow): boolean {
  if (calendar.open_weekdays.length && !calendar.open_weekdays.includes(weekday(day))) return false;
  return !calendar.closed.some(([first, last]) => first <= day && day <= last);
}

/** The due date of a loan made, or renewed from, `start`. */
export function dueOn(start: string, policy: PolicyRow, calendar: CalendarRow | null, isRenewal = false): string {
  const visit = policy.until_next_visit ? calendar?.visits.find((day) => day > start) : undefined;
  if (visit) return visit;
  const term = addDays(start, isRenewal ? policy.renewal_days : policy.loan_days);
  if (!calendar) return term;
  const latest = addDays(term, LATER_AT_MOST_DAYS);
  const fairs = policy.on_fair_days ? calendar.fairs : [];
  const fair = fairs.find((day) => term <= day && day <= latest && isOpen(day, calendar));
  if (fair) return fair;
  for (let later = 0; later <= LATER_AT_MOST_DAYS; later++) {
    const day = addDays(term, later);
    if (isOpen(day, calendar)) return day;
  }
  return term;
}

/** The last day of a card given out on a day: three years later. */
export function cardExpiry(joined: string): string {
  const expiry = `${Number(joined.slice(0, 4)) + 3}${joined.slice(4)}`;
  return joined.endsWith("-02-29") ? `${expiry.slice(0, 4)}-02-28` : expiry;
}

export function yearsBetween(birth: string, on: string): number {
  return Number(on.slice(0, 4)) - Number(birth.slice(0, 4)) - (on.slice(5) < birth.slice(5) ? 1 : 0);
}
