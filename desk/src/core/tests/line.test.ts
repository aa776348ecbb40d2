// The desk's core over a bad line to a province that really runs: DESK_LINE is the line's address, DESK_HUB the province's
// own, DESK_CODE an enrolment code, DESK_KEEPER "username password", DESK_ACTS how many operations wait. Tried by
// tests/site/test_sync_network.py, which counts what goes over the line.
import "fake-indexeddb/auto"; // before Dexie, which looks for the databases when it is loaded
import { Agent, request } from "node:http";
import { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { expect, test } from "vitest";
import { openDesk, type OpenDesk } from "../index";
import { PIN } from "./setting";

const hub = process.env["DESK_HUB"] ?? "";
const line = process.env["DESK_LINE"] ?? "";
const acts = Number(process.env["DESK_ACTS"] ?? 0);
const [username = "", password = ""] = (process.env["DESK_KEEPER"] ?? "").split(" ");

test.skipIf(!line)("days of acts and a catalogue over a bad line", { timeout: 3_600_000 }, async () => {
  let target = hub;
  const desk = await openDesk({
    base: "http://province", prefix: "line", isLooping: false, locks: null, marks: null, pinCost: { memory: 64, passes: 1 },
    isOnline: () => true,
    fetch: (url, init) => alone(url.replace("http://province", target), init),
  });
  await desk.enrol(process.env["DESK_CODE"] ?? "");
  await desk.addKeeper(username, password, PIN);
  for (let at = 0; at < acts; at++) await act(desk, at);
  expect(desk.state().waiting.count).toBe(acts);
  target = line;
  let exchanges = 0;
  const reasons: Record<string, number> = {};
  for (let isWell = false; !isWell; ) {
    expect(++exchanges, JSON.stringify(reasons)).toBeLessThan(500);
    await desk.syncNow();
    const { what, reason } = desk.state().progress;
    isWell = what === "idle";
    if (!isWell) reasons[reason ?? ""] = (reasons[reason ?? ""] ?? 0) + 1;
  }
  const { waiting } = desk.state();
  const { titles, copies, fingerprintOk } = await desk.health();
  console.log(`LINE ${JSON.stringify({ exchanges, reasons, waiting: waiting.count, titles, copies, fingerprintOk })}`);
  expect(waiting.count).toBe(0);
  expect(fingerprintOk).not.toBe(false);
  desk.close();
});

async function act(desk: OpenDesk, at: number): Promise<unknown> {
  const copy = `CB${String(at % 97).padStart(6, "0")}`;
  switch (at % 5) {
    case 0:
      return desk.join({
        name: `Người ${at}`, group: "FARMER", card: "", birth: "1990-05-17", phone: "0911222333", address: "Cô Ba",
        guardian: "", guardianPhone: "", consent: true, assent: false,
      }).then((joined) => (reader = joined.reader?.id ?? ""));
    case 1:
      return desk.lend(copy, reader);
    case 2:
      return desk.giveBack(copy);
    case 3:
      return desk.use(copy);
    default:
      return desk.countVisits({ CHILD: 1 });
  }
}

let reader = "";

/** A connection of its own for each request: one that lives on would hardly ever be cut. Unpacks as a browser does. */
function alone(url: string, init: RequestInit): Promise<Response> {
  return new Promise((resolve, reject) => {
    const headers = { ...Object.fromEntries(new Headers(init.headers)), "accept-encoding": "gzip" };
    const body = init.body as Uint8Array | undefined;
    const agent = new Agent({ keepAlive: false });
    const sending = request(url, { method: init.method ?? "GET", headers, agent, signal: init.signal ?? undefined }, (answer) => {
      const told = new Headers();
      for (const [name, value] of Object.entries(answer.headers)) told.set(name, String(value));
      const unpacked = answer.headers["content-encoding"] === "gzip" ? answer.pipe(createGunzip()) : answer;
      answer.on("error", (error) => unpacked.destroy(error)); // cut: what came stays, and the rest is an error
      const status = answer.statusCode ?? 500;
      resolve(new Response(Readable.toWeb(unpacked) as ReadableStream<Uint8Array>, { status, headers: told }));
    });
    sending.on("error", reject);
    sending.end(body);
  });
}
