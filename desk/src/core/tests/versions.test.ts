// A province and a desk that are not of the same version: nothing is lost, and whoever is too old is told.
import "fake-indexeddb/auto"; // before Dexie, which looks for the databases when it is loaded
import { expect, test } from "vitest";
import { AN, freshPrefix, furnished, lineTo, reopened, settledDesk } from "./setting";
import type { Line } from "./setting";

/** The same line, with what comes back changed. */
function changing(line: Line, change: (path: string, answer: Record<string, unknown>, status: number) => Response | null): Line {
  const fetch = line.fetch;
  line.fetch = async (url, init) => {
    const answer = await fetch(url, init);
    const path = new URL(url, "http://hub").pathname;
    const whole = await answer.clone().text();
    return change(path, whole.startsWith("{") ? (JSON.parse(whole) as Record<string, unknown>) : {}, answer.status) ?? answer;
  };
  return line;
}

const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });

test("too old for the province: all is sent, people are told, and what it knew it still knows", async () => {
  const prefix = freshPrefix();
  const hub = furnished();
  const desk = await settledDesk(prefix, lineTo(hub));
  desk.close();
  const old = changing(lineTo(hub), (path) =>
    path.endsWith("/feed") || path.includes("/snapshots/") ? json({ code: "upgrade_needed" }, 426) : null,
  );
  const again = await reopened(prefix, old);
  await again.lend("CB000001", AN);
  await again.syncNow();
  expect(hub.operations()).toHaveLength(1);
  expect(again.state()).toMatchObject({ waiting: { count: 0 }, progress: { what: "failed", reason: "upgrade_needed" } });
  expect((await again.copy("CB000001")).loan).toMatchObject({ isMine: true });
  expect((await again.copy("CB000002")).barcode).toBe("CB000002");
  again.close();
  const renewed = await reopened(prefix, lineTo(hub));
  await renewed.syncNow();
  expect(renewed.state()).toMatchObject({ waiting: { count: 0 }, progress: { what: "idle", reason: "" } });
  expect((await renewed.health()).fingerprintOk).toBe(true);
  renewed.close();
});

test("a newer province says more than the desk knows: the rest is read as ever", async () => {
  const hub = furnished();
  const line = changing(lineTo(hub), (path, answer, status) => {
    if (status >= 300) return null;
    const more: Record<string, unknown> = { ...answer, since_later: { a: 1 } };
    if (path.endsWith("/hello")) return json({ ...more, oldest_desk: 1, newest_desk: 9, protocol: 2 });
    if (path.endsWith("/ops")) {
      const answers = answer["answers"] as Record<string, unknown>[];
      return json({ ...more, answers: answers.map((one) => ({ ...one, outcome: "LATER_WORD", weight: 2 })) });
    }
    if (path.endsWith("/feed")) {
      const rows = answer["rows"] as unknown[];
      return json({ ...more, rows: [{ type: "e_book", id: "1", row: { title: "?" } }, ...rows] });
    }
    return json(more, status);
  });
  const desk = await settledDesk(freshPrefix(), line);
  const lent = await desk.lend("CB000001", AN);
  await desk.syncNow();
  expect(desk.state()).toMatchObject({ waiting: { count: 0 }, progress: { what: "idle", reason: "" } });
  expect((await desk.entries())[0]).toMatchObject({ op: lent.op, tick: "province", outcome: "LATER_WORD" });
  expect((await desk.health()).copies).toBe(9);
  desk.close();
});

test("an answer that the desk does not understand is none: the operation stays, and is not sent without end", async () => {
  const hub = furnished();
  let isLater = true;
  const line = changing(lineTo(hub), (path, answer) => {
    if (!path.endsWith("/ops") || !isLater) return null;
    const answers = answer["answers"] as Record<string, unknown>[];
    return json({ answers: answers.map((one) => ({ ...one, status: "put_by" })) });
  });
  const desk = await settledDesk(freshPrefix(), line);
  await desk.lend("CB000001", AN);
  const before = hub.requests.length;
  await desk.syncNow();
  expect(desk.state()).toMatchObject({ waiting: { count: 1 }, progress: { what: "failed", reason: "server" } });
  expect(hub.requests.length - before).toBeLessThan(5);
  isLater = false;
  await desk.syncNow();
  expect(desk.state()).toMatchObject({ waiting: { count: 0 }, progress: { what: "idle" } });
  expect(hub.operations()).toHaveLength(1);
  desk.close();
});
