// A desk on databases in memory, a province, and a line between them that tests cut.

import "fake-indexeddb/auto";
import { openDesk, type OpenDesk, type Options } from "../index";
import { copyRow, Hub, readerRow } from "./hub";

export const AN = "0198a000-0000-7000-8000-00000000000a";
export const BINH = "0198a000-0000-7000-8000-00000000000b";
export const PIN = "314159";

let desks = 0;

export const freshPrefix = (): string => `t${++desks}`;

export function furnished(): Hub {
  const hub = new Hub();
  hub.put("place", "here", {
    code: "CB-BL-COBA", name: "Thư viện xã Cô Ba", mode: "STAFFED", kind: "COMMUNE_LIBRARY", commune: "Cô Ba",
    offline_days_max: 30, groups: {},
  });
  hub.put("policy", "PUPIL|BOOK", {
    version: 3, is_lendable: true, loan_days: 14, until_next_visit: false, on_fair_days: false, loans_max: 3,
    renewal_days: 7, renewals_max: 2,
  });
  hub.put("reader", AN, readerRow("Nông Văn An", "BD00004127"));
  hub.put("reader", BINH, readerRow("Lý Thị Bình", "BD00000018"));
  hub.put("title", "7", { title: "Dế Mèn phiêu lưu ký", author: "Tô Hoài", year: "1941", languages: ["vie"] });
  for (let number = 1; number <= 9; number++) hub.put("copy", `CB00000${number}`, copyRow("7"));
  return hub;
}

export interface Line {
  fetch: NonNullable<Options["fetch"]>;
  isUp: boolean;
}

export function lineTo(hub: Hub): Line {
  const line: Line = {
    isUp: true,
    fetch: async (url, init) => {
      if (!line.isUp) throw new TypeError("no network");
      return hub.handle(url, init);
    },
  };
  return line;
}

export function options(prefix: string, line: Pick<Line, "fetch">, more: Options = {}): Options {
  return {
    prefix,
    fetch: line.fetch,
    isLooping: false,
    locks: null,
    marks: null,
    pinCost: { memory: 64, passes: 1 },
    isOnline: () => true,
    ...more,
  };
}

/** A desk that is enrolled, opened by a keeper and has fetched what it needs. */
export async function settledDesk(prefix: string, line: Line, more: Options = {}, code = "CODE1"): Promise<OpenDesk> {
  const desk = await openDesk(options(prefix, line, more));
  await desk.enrol(code);
  await desk.addKeeper("tt.hoa", "right", PIN);
  await desk.syncNow();
  return desk;
}

/** The same browser profile opened once more: another tab, or the next day. */
export async function reopened(prefix: string, line: Line, more: Options = {}): Promise<OpenDesk> {
  const desk = await openDesk(options(prefix, line, more));
  await desk.unlock("tt.hoa", PIN);
  return desk;
}
