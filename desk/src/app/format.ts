// Numbers, days and spans of time as people write them.
import { choice, words } from "../words/index.svelte.ts";

const ZONE = "Asia/Ho_Chi_Minh"; // the registers' days end there, whatever the device thinks

function locale(): string {
  return choice.language === "vi" ? "vi-VN" : "en-GB";
}

// Making one costs a millisecond on an old telephone, and every line on the screen needs some.
function once<T>(make: (locale: string) => T): () => T {
  const made = new Map<string, T>();
  return () => {
    const known = made.get(locale()) ?? make(locale());
    made.set(locale(), known);
    return known;
  };
}

const numbers = once((locale) => new Intl.NumberFormat(locale));
const tenths = once((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }));
const wholes = once((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }));
const clocks = once((locale) => new Intl.DateTimeFormat(locale, { timeZone: ZONE, hour: "2-digit", minute: "2-digit" }));
const days = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

export function number(value: number): string {
  return numbers().format(value);
}

/** An ISO day as 3/12, with the year where it is another than today's. */
export function day(iso: string, now = new Date()): string {
  const [year = "", month = "", date = ""] = iso.slice(0, 10).split("-");
  const short = `${Number(date)}/${Number(month)}`;
  return year === today(now).slice(0, 4) ? short : `${short}/${year}`;
}

/** Today at the place, as an ISO day. */
export function today(now = new Date()): string {
  return days.format(now);
}

export function dayOf(instant: string): string {
  return today(new Date(instant));
}

export function clock(instant: string): string {
  return clocks().format(new Date(instant));
}

export function span(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  const time = words().time;
  if (seconds < 60) return time.just_now;
  if (seconds < 3600) return time.minutes(Math.floor(seconds / 60));
  if (seconds < 86_400) return time.hours(Math.floor(seconds / 3600));
  return time.days(Math.floor(seconds / 86_400));
}

export function age(instant: string, now = Date.now()): string {
  return span(now - Date.parse(instant));
}

export function size(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${(value < 10 && unit > 0 ? tenths : wholes)().format(value)} ${units[unit]}`;
}
