import "fake-indexeddb/auto"; // before Dexie, which looks for the databases when it is loaded
import { Dexie } from "dexie";
import { describe, expect, test } from "vitest";
import { openDesk } from "../index";
import { DeskError } from "../types";
import { copyRow } from "./hub";
import { AN, BINH, freshPrefix, furnished, lineTo, options, PIN, reopened, settledDesk } from "./setting";

const marksIn = (marks: Map<string, string>) => ({
  getItem: (key: string) => marks.get(key) ?? null,
  setItem: (key: string, value: string) => void marks.set(key, value),
  removeItem: (key: string) => void marks.delete(key),
});

const gone = (name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });

describe("a day at the desk", () => {
  test("from enrolment to the province", async () => {
    const hub = furnished();
    const line = lineTo(hub);
    const desk = await settledDesk(freshPrefix(), line);
    expect(desk.state()).toMatchObject({ phase: "open", place: { code: "CB-BL-COBA" }, keeper: { username: "tt.hoa" } });
    expect(desk.state().progress).toMatchObject({ what: "idle", reason: "" });
    expect((await desk.health()).fingerprintOk).toBe(true);

    line.isUp = false;
    const lent = await desk.lend(" cb000001", AN);
    expect(lent).toMatchObject({ kind: "lend", notices: [], reader: { name: "Nông Văn An", loans: 1 } });
    expect(lent.copy).toMatchObject({ barcode: "CB000001", loan: { isMine: true, due: lent.due } });
    expect((await desk.lend("CB000001", BINH)).notices).toEqual(["on_loan_to_other"]);
    expect((await desk.giveBack("CB000001")).notices).toEqual([]);
    expect((await desk.giveBack("CB000001")).notices).toEqual(["not_on_loan"]);
    expect((await desk.lend("ZZ999999", AN)).notices).toEqual(["copy_unknown"]);
    const joined = await desk.join({
      name: "Hoàng Văn Cường", group: "FARMER", card: "", birth: "1980-02-03", phone: "0912 345 678", address: "",
      guardian: "", guardianPhone: "", consent: true, assent: false,
    });
    expect(await desk.findReaders("hoang cuong")).toMatchObject([{ name: "Hoàng Văn Cường", isHere: true }]);
    await desk.lend("CB000002", joined.reader?.id ?? "");
    await desk.countVisits({ CHILD: 3, PUPIL: 0 });
    await desk.note("mái nhà dột", { copy: "CB000003" });
    await desk.syncNow();
    expect(desk.state()).toMatchObject({ waiting: { count: 9 }, progress: { what: "failed", reason: "cut" } });

    line.isUp = true;
    await desk.syncNow();
    expect(desk.state()).toMatchObject({ waiting: { count: 0, oldest: null }, progress: { what: "idle", reason: "" } });
    const kinds = hub.operations().map((one) => one["kind"]);
    expect(kinds).toEqual("lend lend return return lend join lend visit_tally note".split(" "));
    expect(hub.operations().map((one) => one["seq"])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(hub.privateOf(lent.op)).toEqual({ reader: AN });
    expect(hub.operations()[7]).toMatchObject({ counts: { CHILD: 3 } });
    const [newest, , third] = await desk.entries();
    expect(newest).toMatchObject({ kind: "note", tick: "province" });
    expect(third).toMatchObject({ kind: "lend", words: { copy: "CB000002", reader: "Hoàng Văn Cường" }, outcome: "OK" });
    expect(await desk.findReaders("cuong")).toMatchObject([{ isHere: false, loans: 1 }]); // from the province's row now
    expect((await desk.copy("CB000002")).loan).toMatchObject({ isMine: false });
    expect((await desk.health()).fingerprintOk).toBe(true);
    desk.close();
  });

  test("undone: the book is back on the shelf, before and after the province took it in", async () => {
    const hub = furnished();
    const line = lineTo(hub);
    const desk = await settledDesk(freshPrefix(), line);
    const { op } = await desk.lend("CB000001", AN);
    await desk.undo(op);
    expect((await desk.copy("CB000001")).loan).toBeNull();
    expect((await desk.entries())[1]).toMatchObject({ op, isVoided: true });
    await expect(desk.undo(op)).rejects.toMatchObject({ code: "undone_already" });
    await desk.syncNow(); // this hub's fold knows no voids: its row says lent
    const second = await desk.lend("CB000002", AN);
    await desk.syncNow();
    expect((await desk.copy("CB000002")).loan).toMatchObject({ isMine: false });
    await desk.undo(second.op);
    expect((await desk.copy("CB000002")).loan).toBeNull();
    const back = await desk.giveBack("CB000001");
    await desk.syncNow();
    await desk.undo(back.op);
    expect((await desk.copy("CB000001")).loan).toMatchObject({ reader: { id: AN } });
    desk.close();
  });

  test("what is recognised", async () => {
    const desk = await settledDesk(freshPrefix(), lineTo(furnished()));
    expect(await desk.recognise("bd 0000 4127")).toMatchObject({ card: { id: AN } });
    expect(await desk.recognise("BD00004128")).toEqual({ text: "BD00004128", wrongDigit: true });
    expect(await desk.recognise("cb000004")).toMatchObject({ copy: { title: { title: "Dế Mèn phiêu lưu ký" } } });
    expect(await desk.recognise("CB777777")).toMatchObject({ copy: { title: null } });
    expect(await desk.recognise("de men")).toEqual({ text: "de men", wrongDigit: false });
    expect(await desk.findTitles("de men phi")).toMatchObject([{ id: "7", copies: 9, free: 9 }]);
    desk.close();
  });

  test("impossible input is named and nothing is written", async () => {
    const hub = furnished();
    const desk = await settledDesk(freshPrefix(), lineTo(hub));
    const person = {
      name: "Lò A", group: "CHILD", card: "", birth: null, phone: "", address: "", guardian: "", guardianPhone: "",
      consent: true, assent: true,
    };
    await expect(desk.lend("a:b", AN)).rejects.toMatchObject({ code: "barcode_wrong", field: "copy" });
    await expect(desk.lend("CB000001", "nobody")).rejects.toMatchObject({ code: "reader_unknown" });
    await expect(desk.join(person)).rejects.toMatchObject({ code: "guardian_needed", field: "guardian" });
    await expect(desk.join({ ...person, birth: "2019-02-30" })).rejects.toMatchObject({ code: "birth_date_wrong" });
    await expect(desk.join({ ...person, guardian: "Mẹ", consent: false })).rejects.toMatchObject({ code: "consent_needed" });
    await expect(desk.countVisits({ CHILD: 10_001 })).rejects.toMatchObject({ code: "count_wrong", field: "CHILD" });
    await expect(desk.countVisits({ CHILD: 0 })).rejects.toMatchObject({ code: "count_needed" });
    await expect(desk.note("x".repeat(2001))).rejects.toBeInstanceOf(DeskError);
    await expect(desk.undo(AN)).rejects.toMatchObject({ code: "not_on_this_desk" });
    expect(desk.state().waiting.count).toBe(0);
    desk.close();
  });
});

describe("who may open it", () => {
  test("five wrong PINs, also over restarts, then only a password helps; the other keeper is not shut out", async () => {
    const prefix = freshPrefix();
    const hub = furnished();
    const line = lineTo(hub);
    let desk = await settledDesk(prefix, line);
    await desk.addKeeper("tt.lan", "right", "271828");
    await desk.lend("CB000001", AN);
    desk.lock();
    expect(desk.state()).toMatchObject({ phase: "locked", keeper: null });
    expect(await desk.findReaders("an")).toEqual([]);
    await expect(desk.lend("CB000002", AN)).rejects.toMatchObject({ code: "locked" });
    for (let wrong = 1; wrong <= 4; wrong++) {
      expect(await desk.unlock("tt.hoa", "000001")).toEqual({ how: "wrong", left: 5 - wrong });
      desk.close();
      desk = await openDesk(options(prefix, line));
    }
    expect(await desk.unlock("tt.hoa", "000001")).toEqual({ how: "locked_until_online", left: 0 });
    expect(await desk.unlock("tt.hoa", PIN)).toMatchObject({ how: "locked_until_online" });
    // Nobody has it open: a new key over people's rows, and the other keeper has that too.
    await desk.addKeeper("tt.hoa", "right", "161803");
    expect(desk.state().phase).toBe("open");
    await desk.syncNow();
    expect(await desk.findReaders("nong van an")).toMatchObject([{ name: "Nông Văn An", loans: 1 }]);
    desk.lock();
    expect(await desk.unlock("tt.lan", "271828")).toMatchObject({ how: "open" });
    expect(await desk.findReaders("nong van an")).toHaveLength(1);
    expect(await desk.unlock("tt.hoa", "161803")).toMatchObject({ how: "open" });
    expect(desk.state().keeper?.username).toBe("tt.hoa");
    desk.close();
  });

  test("a PIN that anybody would guess, a wrong password, a wrong code", async () => {
    const desk = await openDesk(options(freshPrefix(), lineTo(furnished())));
    await expect(desk.enrol("NOCODE")).rejects.toMatchObject({ code: "code_wrong" });
    await desk.enrol("code1");
    for (const pin of ["111111", "123456", "987654", "12345", "12345a"]) {
      await expect(desk.addKeeper("tt.hoa", "right", pin)).rejects.toMatchObject({ code: "pin_form" });
    }
    await expect(desk.addKeeper("tt.hoa", "wrong", PIN)).rejects.toMatchObject({ code: "sign_in_wrong" });
    expect(desk.state().phase).toBe("locked");
    desk.close();
  });

  test("what comes while it is locked is there when it is opened, and nothing on the disk names anybody", async () => {
    const prefix = freshPrefix();
    const hub = furnished();
    const line = lineTo(hub);
    const desk = await settledDesk(prefix, line);
    await desk.join({
      name: "Triệu Mùi Nái", group: "FARMER", card: "BD00000026", birth: null, phone: "0987654321", address: "Xóm Bó Lịn",
      guardian: "", guardianPhone: "", consent: true, assent: false,
    });
    await desk.note("cháu bà Triệu hay quên");
    desk.lock();
    hub.put("reader", "0198a000-0000-7000-8000-00000000000c", { ...{}, ...JSON.parse(JSON.stringify(hub.state.rows.get(`reader ${AN}`)?.change.row)), name: "Đàm Văn Dậu", card: "BD00000034" });
    hub.put("case", "c1", { kind: "lent_twice", title: "Hai người", what: ["Nông Văn An và Lý Thị Bình"], happened: "2026-12-01", is_urgent: false, operations: [], decisions: [] });
    await desk.syncNow();
    expect(desk.state().progress.what).toBe("idle");
    const before = await everythingOnDisk(prefix);
    for (const name of ["Nông Văn An", "Triệu", "Đàm", "Bó Lịn", "0987654321", "BD00000034", "BD00004127", "quên", "Lý Thị"]) {
      expect(before, name).not.toContain(name);
      expect(before, name).not.toContain(JSON.stringify(name).slice(1, -1));
    }
    expect(before).toContain("Dế Mèn"); // the search itself finds what lies open
    expect(await desk.unlock("tt.hoa", PIN)).toMatchObject({ how: "open" });
    expect(await desk.findReaders("dau")).toMatchObject([{ name: "Đàm Văn Dậu" }]);
    expect(await desk.cases()).toMatchObject([{ id: "c1" }]);
    expect(await everythingOnDisk(prefix)).not.toContain('"by":"device"');
    desk.close();
  });
});

/** All that IndexedDB holds, as text; bytes also as the text that they might be. */
async function everythingOnDisk(prefix: string): Promise<string> {
  const parts: string[] = [];
  for (const name of [`${prefix}-outbox`, `${prefix}-cache`]) {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    for (const store of database.objectStoreNames) {
      const all = await new Promise<unknown[]>((resolve, reject) => {
        const request = database.transaction(store).objectStore(store).getAll();
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      const asText = (_: string, value: unknown): unknown => {
        if (value instanceof ArrayBuffer) return Buffer.from(value).toString("utf8");
        if (value instanceof Uint8Array) return Buffer.from(value).toString("utf8");
        return value;
      };
      parts.push(JSON.stringify(all, asText));
    }
    database.close();
  }
  return parts.join("\n");
}

describe("what goes wrong", () => {
  test("the storage was thrown away: people are told, and it starts anew under another id", async () => {
    const prefix = freshPrefix();
    const hub = furnished();
    const more = { marks: marksIn(new Map()) };
    const line = lineTo(hub);
    const desk = await settledDesk(prefix, line, more);
    await desk.lend("CB000001", AN);
    desk.close();
    indexedDB.deleteDatabase(`${prefix}-outbox`);
    const empty = await openDesk(options(prefix, line, more));
    expect(empty.state()).toMatchObject({ phase: "new", progress: { what: "failed", reason: "wiped", of: 1 } });
    await empty.enrol("CODE2");
    await empty.addKeeper("tt.hoa", "right", PIN);
    await empty.syncNow();
    await empty.lend("CB000002", AN);
    await empty.syncNow();
    expect(hub.devices.size).toBe(2);
    expect(hub.operations()).toHaveLength(1);
    empty.close();
  });

  test.each(["an act", "a PIN", "a transfer", "a file"])("the storage is thrown away under an open desk: %s is told so", async (how) => {
    const prefix = freshPrefix();
    const hub = furnished();
    const line = lineTo(hub);
    const desk = await settledDesk(prefix, line, { marks: marksIn(new Map()) });
    await desk.syncNow();
    line.isUp = false;
    for (const copy of ["CB000001", "CB000002"]) await desk.lend(copy, AN);
    if (how === "a PIN") desk.lock();
    for (const name of ["outbox", "cache"]) await gone(`${prefix}-${name}`);
    line.isUp = true;
    const asked = { "an act": () => desk.lend("CB000003", AN), "a PIN": () => desk.unlock("tt.hoa", PIN), "a transfer": () => desk.syncNow(), "a file": () => desk.exportFile() }[how];
    if (how === "a transfer") await asked?.();
    else await expect(asked?.()).rejects.toMatchObject({ code: expect.stringMatching(/^(wiped|not_enrolled)$/) });
    expect(desk.state()).toMatchObject({ phase: "new", waiting: { count: 0 }, progress: { what: "failed", reason: "wiped", of: 2 } });
    await expect(desk.lend("CB000003", AN)).rejects.toMatchObject({ code: "not_enrolled" });
    await desk.enrol("CODE2");
    await desk.addKeeper("tt.hoa", "right", PIN);
    await desk.syncNow();
    await desk.lend("CB000003", AN);
    await desk.syncNow();
    expect(hub.operations()).toMatchObject([{ copy: "CB000003", epoch: 1, seq: 1 }]);
    expect(hub.devices.size).toBe(2);
    desk.close();
  });

  test("an older copy of the profile is put back: it goes on under a new epoch", async () => {
    const hub = furnished();
    const line = lineTo(hub);
    const desk = await settledDesk(freshPrefix(), line);
    await desk.lend("CB000001", AN);
    await desk.syncNow();
    // The hub knows a number that this device does not: its later self, or its twin.
    const { op: _op, ...twin } = { ...hub.operations()[0] };
    hub.state.log.push({ body: { ...twin, op: "0198a000-0000-7000-8000-0000000000ff", seq: 2 }, private: null, number: 5000 });
    await desk.lend("CB000002", AN); // number 2 as well
    await desk.syncNow();
    await desk.lend("CB000003", AN);
    await desk.syncNow();
    expect(hub.operations().map((one) => [one["epoch"], one["seq"]])).toEqual([[1, 1], [1, 2], [2, 1]]);
    expect((await desk.entries()).map((one) => one.trouble)).toEqual(["", "fork", ""]);
    desk.close();
  });

  test("the hub is restored from a backup: what it forgot is sent again", async () => {
    const hub = furnished();
    const line = lineTo(hub);
    const desk = await settledDesk(freshPrefix(), line);
    await desk.lend("CB000001", AN);
    await desk.syncNow();
    hub.backUp();
    await desk.lend("CB000002", AN);
    await desk.giveBack("CB000001");
    await desk.syncNow();
    hub.restore();
    expect(hub.operations()).toHaveLength(1);
    await desk.syncNow();
    expect(hub.operations().map((one) => one["seq"])).toEqual([1, 2, 3]);
    expect((await desk.copy("CB000001")).loan).toBeNull();
    expect((await desk.copy("CB000002")).loan).toMatchObject({ reader: { id: AN } });
    expect((await desk.health()).fingerprintOk).toBe(true);
    desk.close();
  });

  test("the hub is restored, and a twin took the number meanwhile: what it hides is sent all the same", async () => {
    const hub = furnished();
    const line = lineTo(hub);
    const desk = await settledDesk(freshPrefix(), line);
    hub.backUp();
    await desk.lend("CB000001", AN);
    await desk.syncNow();
    const { op, ...first } = { ...hub.operations()[0] };
    hub.restore();
    const twin = { ...first, op: "0198a000-0000-7000-8000-0000000000ff" };
    hub.state.log.push({ body: twin, private: null, number: 5000 });
    await desk.syncNow();
    expect(hub.refused).toEqual([op]); // the hub has it, as a fork: somebody is told
    expect((await desk.entries()).map((one) => one.trouble)).toEqual(["fork"]);
    hub.refused.length = 0;
    hub.restore(); // and this fork is forgotten as well
    await desk.syncNow();
    expect(hub.operations().map((one) => one["op"])).toEqual([op]);
    await desk.syncNow();
    expect(hub.requests.filter((one) => one.operations > 0)).toHaveLength(3); // once for each restoration, not again
    desk.close();
  });

  test("what others' files brought is passed on again after a restoration", async () => {
    const hub = furnished();
    const line = lineTo(hub);
    hub.backUp();
    const lost = await settledDesk(freshPrefix(), line);
    const friend = await settledDesk(freshPrefix(), line, {}, "CODE2");
    await lost.lend("CB000001", AN);
    await friend.importFile((await lost.exportFile()).blob);
    lost.close(); // and is never seen again
    await friend.syncNow();
    hub.restore();
    expect(hub.operations()).toHaveLength(0);
    await friend.syncNow();
    expect(hub.operations()).toHaveLength(1);
    friend.close();
  });

  test("the hub is restored from before what was forgotten here: it goes on under an epoch that can be whole", async () => {
    const hub = furnished();
    let now = Date.parse("2026-12-01T02:00:00Z");
    hub.now = () => now;
    const desk = await settledDesk(freshPrefix(), lineTo(hub), { now: () => now });
    hub.backUp();
    await desk.lend("CB000001", AN);
    await desk.syncNow();
    now += 91 * 86_400_000;
    hub.backedUpThrough = 1;
    await desk.syncNow();
    expect(await desk.entries()).toHaveLength(0);
    await desk.lend("CB000002", AN);
    await desk.syncNow();
    hub.restore();
    await desk.syncNow();
    await desk.giveBack("CB000002");
    await desk.syncNow();
    expect(hub.operations().map((one) => [one["epoch"], one["seq"]])).toEqual([[1, 2], [2, 1]]);
    desk.close();
  });

  test("revoked: names go at once, operations stay until they are in a backup, then everything goes", async () => {
    const prefix = freshPrefix();
    const hub = furnished();
    const line = lineTo(hub);
    const desk = await settledDesk(prefix, line);
    await desk.lend("CB000001", AN);
    const device = [...hub.devices.values()][0];
    if (device) device.isRevoked = true;
    await desk.syncNow();
    expect(desk.state()).toMatchObject({ phase: "revoked", waiting: { count: 0 } });
    expect(hub.operations()).toHaveLength(1);
    await expect(desk.lend("CB000002", AN)).rejects.toMatchObject({ code: "revoked" });
    expect(await desk.findReaders("an")).toEqual([]);
    expect(await desk.entries()).toHaveLength(1);
    hub.backedUpThrough = 1;
    await desk.syncNow();
    expect(await desk.entries()).toEqual([]);
    expect((await desk.health()).credentialExpires).toBeNull();
    desk.close();
  });

  test("malformed: it stays, it is shown, it blocks nothing", async () => {
    const hub = furnished();
    const desk = await settledDesk(freshPrefix(), lineTo(hub));
    await desk.note("!malformed");
    await desk.lend("CB000001", AN);
    await desk.syncNow();
    expect(hub.operations()).toHaveLength(1);
    expect((await desk.entries())[1]).toMatchObject({ kind: "note", trouble: "malformed", tick: "here" });
    expect(desk.state()).toMatchObject({ waiting: { count: 1 }, progress: { what: "idle" } });
    desk.close();
  });

  test("a province with its hands full is asked again when it said, with the same batch; in the end the desk gives up", async () => {
    const hub = furnished();
    const desk = await settledDesk(freshPrefix(), lineTo(hub));
    for (const copy of ["CB000001", "CB000002", "CB000003"]) await desk.giveBack(copy);
    hub.busy = 3;
    const before = hub.requests.length;
    await desk.syncNow();
    const brought = hub.requests.slice(before).filter((one) => one.path.endsWith("/ops"));
    expect(brought.map((one) => one.operations)).toEqual([3, 3, 3, 3]);
    expect(hub.operations()).toHaveLength(3);
    expect(desk.state()).toMatchObject({ waiting: { count: 0 }, progress: { what: "idle" } });
    await desk.giveBack("CB000004");
    hub.busy = 1000;
    await desk.syncNow();
    expect(desk.state()).toMatchObject({ waiting: { count: 1 }, progress: { what: "failed", reason: "hub_busy" } });
    hub.busy = 0;
    await desk.syncNow();
    expect(hub.operations()).toHaveLength(4);
    desk.close();
  });

  test("what alone is larger than a batch allows is put aside, and goes when it may", async () => {
    const hub = furnished();
    const line = lineTo(hub);
    const plain = line.fetch;
    let most = 700;
    line.fetch = async (url, init) => {
      const bytes = (init.body as Uint8Array | undefined)?.length ?? 0;
      return url.endsWith("/ops") && bytes > most ? new Response("too large", { status: 413 }) : plain(url, init);
    };
    const desk = await settledDesk(freshPrefix(), line);
    const noise = Array.from(crypto.getRandomValues(new Uint8Array(900)), (byte) => byte.toString(36)).join("");
    await desk.note(noise);
    for (let number = 1; number <= 9; number++) await desk.lend(`CB00000${number}`, AN);
    await desk.syncNow();
    expect(hub.operations()).toHaveLength(9);
    expect(desk.state()).toMatchObject({ waiting: { count: 1, tooLarge: 1 }, progress: { what: "idle" } });
    expect((await desk.entries()).at(-1)).toMatchObject({ trouble: "too_large", tick: "here" });
    expect((await desk.exportFile()).operations).toBe(10);
    most = 10_000;
    await desk.syncNow();
    expect(hub.operations()).toHaveLength(10);
    expect(desk.state().waiting).toMatchObject({ count: 0, tooLarge: 0 });
    desk.close();
  });

  test("the disk is full: the catalogue goes, the operation is written, and the catalogue comes again", async () => {
    const hub = furnished();
    const prefix = freshPrefix();
    const desk = await settledDesk(prefix, lineTo(hub));
    const { add } = IDBObjectStore.prototype;
    const { clear } = IDBObjectStore.prototype;
    let isFull = true;
    IDBObjectStore.prototype.add = function (...given) {
      if (isFull) throw new DOMException("full", "QuotaExceededError");
      return add.apply(this, given);
    };
    IDBObjectStore.prototype.clear = function () {
      expect(this.transaction.db.name).toBe(`${prefix}-cache`);
      isFull = false;
      return clear.apply(this);
    };
    try {
      await desk.lend("CB000001", AN);
    } finally {
      Object.assign(IDBObjectStore.prototype, { add, clear });
    }
    expect(desk.state().waiting.count).toBe(1);
    expect(await desk.findTitles("de men")).toHaveLength(1); // from memory
    const next = await reopened(prefix, lineTo(hub));
    expect(await next.findTitles("de men")).toEqual([]);
    hub.state.rows.delete("copy CB000009"); // what went away meanwhile goes from the memory too
    await desk.syncNow();
    expect((await desk.copy("CB000009")).title).toBeNull();
    expect((await desk.health()).fingerprintOk).toBe(true);
    desk.close();
    await next.syncNow();
    expect(await next.findTitles("de men")).toHaveLength(1);
    expect(hub.operations()).toHaveLength(1);
    next.close();
  });

  test("written although the database said otherwise: it is one operation", async () => {
    const hub = furnished();
    const desk = await settledDesk(freshPrefix(), lineTo(hub));
    const { transaction } = Dexie.prototype as unknown as { transaction: (...given: unknown[]) => Promise<unknown> };
    let lies = 1;
    Dexie.prototype.transaction = async function (this: Dexie, ...given: unknown[]) {
      const result = await transaction.apply(this, given);
      if (given[0] === "rw" && lies-- > 0) throw new Dexie.DatabaseClosedError("connection lost after the commit");
      return result;
    } as never;
    try {
      await desk.lend("CB000001", AN);
    } finally {
      Dexie.prototype.transaction = transaction as never;
    }
    expect(lies).toBeLessThan(1);
    expect((await desk.entries()).map((one) => one.seq)).toEqual([1]);
    await desk.syncNow();
    expect(hub.operations()).toHaveLength(1);
    desk.close();
  });

  test("rows that are not the hub's are fetched anew, once", async () => {
    const hub = furnished();
    const desk = await settledDesk(freshPrefix(), lineTo(hub));
    hub.state.rows.delete("copy CB000009"); // without a word in the feed
    await desk.syncNow();
    expect((await desk.health()).fingerprintOk).toBe(true);
    expect((await desk.copy("CB000009")).title).toBeNull();
    desk.close();
  });

  test("operations are forgotten only in a backup and after 90 days", async () => {
    const hub = furnished();
    let now = Date.parse("2026-12-01T02:00:00Z");
    hub.now = () => now;
    const desk = await settledDesk(freshPrefix(), lineTo(hub), { now: () => now });
    await desk.lend("CB000001", AN);
    await desk.syncNow();
    now += 91 * 86_400_000;
    await desk.syncNow();
    expect(await desk.entries()).toHaveLength(1);
    hub.backedUpThrough = 1;
    await desk.lend("CB000002", AN);
    await desk.syncNow();
    expect((await desk.entries()).map((one) => one.words.copy)).toEqual(["CB000002"]);
    await desk.giveBack("CB000002");
    await desk.syncNow();
    expect(hub.operations().map((one) => one["seq"])).toEqual([1, 2, 3]);
    desk.close();
  });

  test("two tabs: one sees what the other did", async () => {
    const prefix = freshPrefix();
    const line = lineTo(furnished());
    const one = await settledDesk(prefix, line);
    const other = await reopened(prefix, line);
    await one.lend("CB000001", AN);
    await expect.poll(async () => (await other.copy("CB000001")).loan?.reader?.id).toBe(AN);
    await other.giveBack("CB000001");
    await expect.poll(async () => (await one.copy("CB000001")).loan).toBeNull();
    expect((await one.entries()).map((entry) => entry.seq)).toEqual([2, 1]);
    one.close();
    other.close();
  });
});

describe("other roads", () => {
  test("a file that another desk takes in and passes on, once", async () => {
    const hub = furnished();
    const line = lineTo(hub);
    const lost = await settledDesk(freshPrefix(), line);
    line.isUp = false;
    await lost.lend("CB000001", AN);
    await lost.note("gửi bằng tệp");
    const file = await lost.exportFile();
    expect(file).toMatchObject({ operations: 2, name: expect.stringMatching(/^guisach-desk-[0-9a-f-]{36}-\d{4}-\d\d-\d\d\.json\.gz$/) });
    line.isUp = true;
    const friend = await settledDesk(freshPrefix(), line, {}, "CODE2");
    expect(await friend.importFile(file.blob)).toEqual({ operations: 2, known: 0 });
    expect(await friend.importFile(file.blob)).toEqual({ operations: 2, known: 2 });
    expect(friend.state().waiting.count).toBe(2);
    await friend.syncNow();
    expect(friend.state().waiting.count).toBe(0);
    expect(hub.operations()).toHaveLength(2);
    await lost.syncNow();
    expect(hub.operations()).toHaveLength(2);
    expect(lost.state().waiting.count).toBe(0);
    await expect(friend.importFile(new Blob(["{}"]))).rejects.toMatchObject({ code: "file_other" });
    await expect(friend.importFile(new Blob([new Uint8Array([0x1f, 0x8b, 8])]))).rejects.toMatchObject({ code: "file_broken" });
    lost.close();
    friend.close();
  });

  test("a few codes that another desk reads in any order", async () => {
    const { joinSeries } = await import("../carrying");
    const hub = furnished();
    const line = lineTo(hub);
    const desk = await settledDesk(freshPrefix(), line);
    expect(await desk.qrSeries()).toEqual([]);
    line.isUp = false;
    for (let number = 1; number <= 9; number++) await desk.lend(`CB00000${number}`, AN);
    const codes = await desk.qrSeries();
    expect(codes.length).toBeGreaterThan(1);
    expect(codes.length).toBeLessThanOrEqual(10);
    for (const code of codes) expect(code).toMatch(/^[0-9A-Z $%*+./:-]{1,1000}$/);
    expect(await joinSeries(codes.slice(1))).toBeNull();
    line.isUp = true;
    const friend = await settledDesk(freshPrefix(), line, {}, "CODE2");
    const file = await joinSeries([...codes].reverse());
    expect(await friend.importFile(file as Blob)).toMatchObject({ operations: 9 });
    await friend.syncNow();
    expect(hub.operations()).toHaveLength(9);
    desk.close();
    friend.close();
  });

  test("pages of rows shrink where the line is cut, and grow again where it holds", async () => {
    const hub = furnished();
    for (let n = 0; n < 3000; n++) hub.put("copy", `TV${String(n).padStart(6, "0")}`, copyRow("7"));
    const line = lineTo(hub);
    const plain = line.fetch;
    const limits: number[] = [];
    let cuts = 2;
    line.fetch = async (url, init) => {
      const limit = /limit=(\d+)/.exec(url)?.[1];
      if (limit) limits.push(Number(limit));
      if (limit && cuts-- > 0) throw new TypeError("cut");
      return plain(url, init);
    };
    const desk = await settledDesk(freshPrefix(), line);
    expect(limits.slice(0, 11)).toEqual([500, 250, 125, 125, 125, 125, 250, 250, 250, 250, 500]);
    expect((await desk.health()).copies).toBe(3009);
    desk.close();
  });

  test("a catalogue in chunks, cut and gone on with", async () => {
    const hub = furnished();
    hub.putTitlesInSnapshot(Array.from({ length: 500 }, (_, id) => ({ id: id + 100, title: `Sách số ${id}`, author: "", year: null, languages: [] })));
    hub.put("title", "101", { title: "Tên mới", author: "", year: "2026", languages: [] });
    let bytes = 0;
    const line = lineTo(hub);
    const plain = line.fetch;
    let cuts = 3;
    line.fetch = async (url, init) => {
      const answer = await plain(url, init);
      if (!url.includes("/chunks/")) return answer;
      const body = new Uint8Array(await answer.arrayBuffer());
      if (cuts-- <= 0) {
        bytes += body.length;
        return new Response(body, answer);
      }
      const part = body.slice(0, 300);
      bytes += part.length;
      let pulls = 0;
      const stream = new ReadableStream({
        pull(controller) {
          if (pulls++ === 0) controller.enqueue(part);
          else controller.error(new TypeError("cut"));
        },
      });
      return new Response(stream, answer);
    };
    const prefix = freshPrefix();
    const desk = await settledDesk(prefix, line);
    for (let attempt = 0; attempt < 4; attempt++) await desk.syncNow();
    expect(desk.state().progress.what).toBe("idle");
    expect((await desk.health()).titles).toBe(501);
    expect(await desk.findTitles("ten moi")).toHaveLength(1);
    expect(await desk.findTitles("sach so 1")).not.toHaveLength(0);
    const whole = [...hub.chunks.values()].reduce((sum, chunk) => sum + chunk.length, 0);
    expect(bytes).toBe(whole); // not a byte twice
    desk.close();
    const next = await reopened(prefix, line);
    expect((await next.health()).titles).toBe(501);
    expect(await next.findTitles("ten moi")).toHaveLength(1);
    next.close();
  });
});

describe("events and wishes", () => {
  test("who came by name, and what somebody asks for, reach the province as it understands them", async () => {
    const hub = furnished();
    const event = "0198a000-0000-7000-8000-0000000000ee";
    hub.put("event", event, { name: "Đọc thơ", on: "2026-12-01" });
    const desk = await settledDesk(freshPrefix(), lineTo(hub));
    await desk.attend(event, AN);
    await desk.wish(AN, { title: "7" });
    await desk.wish(BINH, { words: "  sách   nuôi ong " });
    await expect(desk.wish(AN, { words: " " })).rejects.toMatchObject({ code: "text_needed" });
    await expect(desk.wish("nobody", { words: "x" })).rejects.toMatchObject({ code: "reader_unknown" });
    await expect(desk.attend(event, "0198a000-0000-7000-8000-0000000000ff")).rejects.toMatchObject({ code: "reader_unknown" });
    await expect(desk.attend("?", AN)).rejects.toMatchObject({ code: "event_unknown" });
    expect((await desk.entries()).map((one) => [one.kind, one.words.title ?? "", one.words.reader])).toEqual([
      ["wish", "", "Lý Thị Bình"], ["wish", "Dế Mèn phiêu lưu ký", "Nông Văn An"], ["attend", "", "Nông Văn An"],
    ]);
    await desk.syncNow();
    const stored = hub.state.log.map(({ body, private: personal }) => ({ kind: body["kind"], event: body["event"], pickup: body["pickup"], record: body["record"], personal }));
    expect(stored).toEqual([
      { kind: "attend", event, pickup: undefined, record: undefined, personal: { reader: AN } },
      { kind: "wish", event: undefined, pickup: "CB-BL-COBA", record: 7, personal: { reader: AN } },
      { kind: "wish", event: undefined, pickup: "CB-BL-COBA", record: undefined, personal: { reader: BINH, wanted: "sách nuôi ong" } },
    ]);
    desk.close();
  });
});
