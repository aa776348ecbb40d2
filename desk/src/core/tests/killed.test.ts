// The desk ends while it takes in what the province sent: at each single write there is. What it then has on the disk is
// a whole state, and the next exchange goes on from it.
import "fake-indexeddb/auto"; // before Dexie, which looks for the databases when it is loaded
import { afterEach, expect, test } from "vitest";
import type { OpenDesk } from "../index";
import type { Hub } from "./hub";
import { copyRow, readerRow } from "./hub";
import { AN, BINH, freshPrefix, furnished, lineTo, reopened, settledDesk } from "./setting";

const writes = ["add", "put", "delete", "clear"] as const;
const whole = Object.fromEntries(writes.map((name) => [name, IDBObjectStore.prototype[name]]));
const cursorUpdate = IDBCursor.prototype.update;
const begin = IDBDatabase.prototype.transaction;
afterEach(() => revive());

function revive(): void {
  for (const name of writes) IDBObjectStore.prototype[name] = whole[name] as never;
  IDBCursor.prototype.update = cursorUpdate;
  IDBDatabase.prototype.transaction = begin;
}

/** After so many writes the process is gone: what was not committed never was, and nothing is begun any more. */
function dieAfter(most: number, died: () => void): { writes: () => number } {
  let done = 0;
  let isDead = false;
  const counted = (write: (...given: never[]) => unknown) =>
    function (this: IDBObjectStore | IDBCursor, ...given: never[]): unknown {
      if (done++ >= most && !isDead) {
        isDead = true;
        died();
      }
      const request = write.apply(this, given);
      const store = this instanceof IDBObjectStore ? this : (this.source as IDBObjectStore);
      if (isDead) store.transaction.abort();
      return request;
    };
  for (const name of writes) IDBObjectStore.prototype[name] = counted(whole[name] as never) as never;
  IDBCursor.prototype.update = counted(cursorUpdate as never) as never;
  IDBDatabase.prototype.transaction = function (...given) {
    if (isDead) throw new DOMException("gone", "AbortError");
    return begin.apply(this, given);
  };
  return { writes: () => done };
}

/** What happened at the province while the desk was away: rows that come, change and go, and a list of titles. */
function meanwhile(hub: Hub): void {
  hub.putTitlesInSnapshot([1, 2, 3, 4].map((n) => ({ id: String(100 + n), title: `Sách ${n}`, author: "", year: "2020", languages: [] })), 2);
  for (let n = 1; n <= 6; n++) hub.put("copy", `TV00000${n}`, copyRow(String(101 + (n % 4))));
  hub.put("reader", "0198a000-0000-7000-8000-00000000000c", readerRow("Hoàng Cường", "BD00000033"));
  hub.put("reader", BINH, null);
  hub.put("copy", "CB000009", null);
  hub.put("title", "7", { title: "Dế Mèn phiêu lưu ký (in lần hai)", author: "Tô Hoài", year: "1942", languages: ["vie"] });
}

async function told(desk: OpenDesk): Promise<unknown> {
  const { titles, copies, readers, fingerprintOk } = await desk.health();
  const shelf = await Promise.all(["CB000001", "CB000002", "CB000009", "TV000001", "TV000006"].map((barcode) => desk.copy(barcode)));
  const people = await desk.findReaders("a");
  const seen = shelf.map((copy) => ({ barcode: copy.barcode, title: copy.title, reader: copy.loan?.reader?.id ?? null }));
  return { titles, copies, readers, fingerprintOk, seen, people: people.map((one) => one.id).sort() };
}

/** A desk with acts that wait, and a province that went on; `isNew`: the desk begins with an empty cache as well. */
async function away(isNew: boolean): Promise<{ prefix: string; hub: Hub; desk: OpenDesk; line: ReturnType<typeof lineTo> }> {
  const prefix = freshPrefix();
  const hub = furnished();
  const line = lineTo(hub);
  const desk = await settledDesk(prefix, line);
  await desk.lend("CB000001", AN);
  await desk.giveBack("CB000002");
  meanwhile(hub);
  if (isNew) hub.generation++; // a cursor of before says nothing any more: everything is fetched anew
  return { prefix, hub, desk, line };
}

test.each([["what changed", false], ["everything anew", true]])("killed at each write while it takes in %s", { timeout: 120_000 }, async (_, isNew) => {
  const undisturbed = await away(isNew);
  const counter = dieAfter(Infinity, () => undefined);
  await undisturbed.desk.syncNow();
  await undisturbed.desk.syncNow();
  revive();
  const expected = await told(undisturbed.desk);
  expect(expected).toMatchObject({ fingerprintOk: true, copies: 14, readers: 2 });
  undisturbed.desk.close();
  const points = counter.writes();
  expect(points).toBeGreaterThan(20);
  let kills = 0;
  for (let point = 0; point < points; point++) {
    const { prefix, hub, desk, line } = await away(isNew);
    dieAfter(point, () => {
      kills++;
      line.isUp = false;
    });
    await desk.syncNow();
    if (line.isUp) await desk.syncNow();
    desk.close();
    revive();
    line.isUp = true;
    const again = await reopened(prefix, line);
    expect((await again.copy("CB000001")).loan?.reader?.id, `after ${point} writes, before anything is fetched`).toBe(AN);
    await again.syncNow();
    expect(again.state(), `after ${point} writes`).toMatchObject({ waiting: { count: 0 }, progress: { what: "idle", reason: "" } });
    await again.syncNow();
    expect(await told(again), `after ${point} writes`).toEqual(expected);
    expect(hub.operations().map((one) => one["kind"])).toEqual(["lend", "return"]);
    again.close();
  }
  expect(kills).toBe(points);
  console.log(`${kills} deaths`);
});
