// The desk's core against a province that really runs: DESK_HUB is its address, DESK_CODE an enrolment code (or several,
// with spaces between), DESK_KEEPER "username password" of somebody who may lend there. Without them there is nothing to try.
import "fake-indexeddb/auto"; // before Dexie, which looks for the databases when it is loaded
import { expect, test } from "vitest";
import { openDesk, type OpenDesk } from "../index";
import { PIN } from "./setting";

const base = process.env["DESK_HUB"] ?? "";
const [code = "", second = ""] = (process.env["DESK_CODE"] ?? "").split(" ");
const [username = "", password = ""] = (process.env["DESK_KEEPER"] ?? "").split(" ");

async function desk(prefix: string, enrolment: string): Promise<OpenDesk> {
  const opened = await openDesk({
    base, prefix, isLooping: false, locks: null, marks: null, pinCost: { memory: 64, passes: 1 }, isOnline: () => true,
  });
  await opened.enrol(enrolment);
  await opened.addKeeper(username, password, PIN);
  await opened.syncNow();
  return opened;
}

test.skipIf(!base)("a day against the real province", { timeout: 120_000 }, async () => {
  const one = await desk("real", code);
  expect(one.state()).toMatchObject({ phase: "open", progress: { what: "idle", reason: "" } });
  const before = await one.health();
  expect(before.fingerprintOk).not.toBe(false);
  expect(before.copies).toBeGreaterThan(0);
  expect(before.readers).toBeGreaterThan(0);

  const joined = await one.join({
    name: "Hoàng Thị Thử Nghiệm", group: "FARMER", card: "", birth: "1990-05-17", phone: "0911222333", address: "Cô Ba",
    guardian: "", guardianPhone: "", consent: true, assent: false,
  });
  const reader = joined.reader?.id ?? "";
  const free = await freeCopies(one, 3);
  const lent = await one.lend(free[0] ?? "", reader);
  expect(lent.due).toMatch(/^\d{4}-\d\d-\d\d$/);
  const slip = await one.lend(free[1] ?? "", reader);
  await one.undo(slip.op);
  await one.renew(free[0] ?? "");
  await one.lend("KHONGCO0001", reader);
  await one.sight(free[2] ?? "");
  await one.use(free[2] ?? "");
  await one.countVisits({ CHILD: 4, ELDER: 1 });
  await one.countShelf({ CHILD: 2 });
  await one.note("mái dột", { copy: free[2] ?? "" });
  expect(one.state().waiting.count).toBe(11);
  await one.syncNow();
  expect(one.state()).toMatchObject({ waiting: { count: 0 }, progress: { what: "idle", reason: "" } });
  const entries = await one.entries();
  const outcomes = Object.fromEntries(entries.map((entry) => [entry.seq, entry.outcome]));
  expect(outcomes).toMatchObject({ 2: "LENT", 5: "RENEWED", 6: "LENT" });
  expect(entries.every((entry) => entry.tick === "province" && !entry.trouble)).toBe(true);
  await one.syncNow();
  const [found] = await one.findReaders("thu nghiem");
  expect(found).toMatchObject({ name: "Hoàng Thị Thử Nghiệm", isHere: false, loans: 2 });
  expect((await one.loansOf(reader)).map((copy) => copy.barcode).sort()).toEqual([free[0], "KHONGCO0001"].sort());
  expect((await one.copy(free[1] ?? "")).loan).toBeNull();
  await one.giveBack("KHONGCO0001");
  await one.giveBack(free[0] ?? "");
  await one.syncNow();
  await one.syncNow();
  expect(await one.loansOf(reader)).toEqual([]);
  expect((await one.health()).fingerprintOk).not.toBe(false);

  if (second) {
    const other = await desk("real2", second);
    await other.lend(free[0] ?? "", reader);
    const file = await other.exportFile();
    expect(await one.importFile(file.blob)).toEqual({ operations: 1, known: 0 });
    await one.syncNow();
    await other.syncNow();
    expect(other.state().waiting.count).toBe(0);
    expect((await other.entries())[0]).toMatchObject({ tick: "province", outcome: "LENT" });
    await one.syncNow();
    expect((await one.copy(free[0] ?? "")).loan?.reader?.id).toBe(reader);
    other.close();
  }
  one.close();
});

async function freeCopies(one: OpenDesk, most: number): Promise<string[]> {
  const found: string[] = [];
  for (const word of ["a", "c", "t", "n", "h"]) {
    for (const title of await one.findTitles(word, 50)) {
      for (const copy of await one.copiesOf(title.id)) {
        if (title.free > 0 && !copy.loan && !copy.trouble && !copy.asideFor && !found.includes(copy.barcode)) found.push(copy.barcode);
        if (found.length === most) return found;
      }
    }
  }
  return found;
}

