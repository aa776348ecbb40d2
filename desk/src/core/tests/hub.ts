// A province in memory that speaks docs/developer/sync-protocol.md, for tests alone: it checks every signature, number
// and chain, and can be restored, revoked and cut off. The real one is tried in tests/browser and by sync-simulate.

import { createHash, webcrypto } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { canonical, commitment, digest, type Json, type JsonObject } from "../canonical";
import { fingerprintOf } from "../fingerprint";
import type { Change } from "../rows";

interface Device {
  key: webcrypto.CryptoKey;
  credential: string;
  isRevoked: boolean;
}

interface Stored {
  body: JsonObject;
  private: JsonObject | null;
  number: number;
}

interface State {
  log: Stored[];
  rows: Map<string, { change: Change; number: number }>;
}

const PLACE = { code: "CB-BL-COBA", name: "Thư viện xã Cô Ba", kind: "COMMUNE_LIBRARY", commune: "Cô Ba" };

export class Hub {
  readonly codes = new Set(["CODE1", "CODE2", "CODE3"]);
  readonly devices = new Map<string, Device>();
  readonly users = new Map([
    ["tt.hoa", { name: "Nông Thị Hoa", password: "right" }],
    ["tt.lan", { name: "Hoàng Thị Lan", password: "right" }],
  ]);
  state: State = { log: [], rows: new Map() };
  chunks = new Map<string, Buffer>();
  snapshot: { id: string; chunks: { sha256: string; bytes: number; titles: number }[] } | null = null;
  generation = 1;
  backedUpThrough = 0;
  /** How many more times whoever brings operations is told to come again at once. */
  busy = 0;
  /** Changes with each restoration, as the real hub's does. */
  restored = "";
  now = (): number => Date.now();
  /** What came under a number that something else has, by id. */
  readonly refused: string[] = [];
  /** Every request that arrived, for tests that count. */
  readonly requests: { path: string; bytes: number; operations: number }[] = [];

  private number = 1000;
  private saved: State | null = null;

  // --- what tests do to it ---

  put(type: Change["type"], id: string, row: unknown): void {
    this.state.rows.set(`${type} ${id}`, { change: { type, id, row: row as Change["row"] }, number: ++this.number });
  }

  putTitlesInSnapshot(titles: object[], size = 100): void {
    const chunks = [];
    for (let at = 0; at < titles.length; at += size) {
      const lines = titles.slice(at, at + size).map((title) => JSON.stringify(title));
      const bytes = gzipSync(lines.join("\n") + "\n");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      this.chunks.set(sha256, bytes);
      chunks.push({ sha256, bytes: bytes.length, titles: lines.length });
    }
    this.snapshot = { id: "s1", chunks };
  }

  backUp(): void {
    this.saved = { log: [...this.state.log], rows: new Map(this.state.rows) };
  }

  restore(): void {
    if (!this.saved) return;
    this.state = { log: [...this.saved.log], rows: new Map(this.saved.rows) };
    this.generation++;
    this.restored = `restored-${this.generation}`;
  }

  operations(device?: string): JsonObject[] {
    return this.state.log.map((one) => one.body).filter((body) => !device || body["dev"] === device);
  }

  privateOf(op: string): JsonObject | null {
    return this.state.log.find((one) => one.body["op"] === op)?.private ?? null;
  }

  // --- what desks see of it ---

  async handle(url: string, init: RequestInit): Promise<Response> {
    const { pathname, search, searchParams } = new URL(url, "http://hub");
    const sent = init.body ? Buffer.from(init.body as Uint8Array) : Buffer.alloc(0);
    const headers = new Headers(init.headers);
    if (sent.length > 256 * 1024) return problem(413, "batch_too_large");
    const plain = headers.get("Guisach-Encoding") === "gzip" ? gunzipSync(sent) : sent;
    const body = plain.length ? (JSON.parse(plain.toString()) as JsonObject) : {};
    const operations = Array.isArray(body["operations"]) ? body["operations"].length : 0;
    this.requests.push({ path: pathname, bytes: sent.length, operations });
    if (pathname === "/api/v1/sync/enrol") return this.enrol(body);
    const device = await this.caller(headers, `${init.method}\n${pathname}${search}\n`, sent);
    if (typeof device === "string") return problem(401, device);
    if (pathname === "/api/v1/sync/keepers") return this.keeper(body);
    if (pathname === "/api/v1/sync/hello") return this.hello(device, body);
    if (pathname === "/api/v1/sync/ops" && this.busy-- > 0) return problem(503, "hub_busy", { "Retry-After": "0" });
    if (pathname === "/api/v1/sync/ops") return this.take(body);
    if (device.isRevoked) return answer({ rows: [], cursor: "", seen: 0, control: "revoked", fingerprint: null });
    if (pathname === "/api/v1/sync/feed") {
      return this.feed(searchParams.get("cursor") ?? "", Number(searchParams.get("limit")));
    }
    if (pathname === "/api/v1/sync/snapshots/here") {
      if (!this.snapshot) return problem(404, "no_snapshot");
      return answer({ ...this.snapshot, made: "", titles: 0, cursor: `${this.generation}:0:s` });
    }
    const chunk = this.chunks.get(pathname.split("/").at(-1) ?? "");
    if (!chunk) return problem(404, "not_found");
    const from = Number(/bytes=(\d+)-/.exec(headers.get("Range") ?? "")?.[1] ?? 0);
    return new Response(new Uint8Array(chunk.subarray(from)), { status: from ? 206 : 200, headers: this.time() });
  }

  private time(): Record<string, string> {
    return { "Guisach-Time": String(Math.round(this.now())) };
  }

  private async caller(headers: Headers, said: string, body: Buffer): Promise<(Device & { id: string }) | string> {
    const credential = /^Device (.+)$/.exec(headers.get("Authorization") ?? "")?.[1];
    const found = [...this.devices].find(([, device]) => device.credential === credential);
    if (!found) return "device_unknown";
    const signature = Buffer.from(headers.get("Guisach-Signature") ?? "", "base64url");
    const text = said + createHash("sha256").update(body).digest("hex");
    const scheme = { name: "ECDSA", hash: "SHA-256" };
    const isRight = await webcrypto.subtle.verify(scheme, found[1].key, signature, Buffer.from(text));
    return isRight ? { ...found[1], id: found[0] } : "signature_wrong";
  }

  private async enrol(body: JsonObject): Promise<Response> {
    if (!this.codes.delete(String(body["code"]))) return problem(404, "code_wrong");
    const spki = Buffer.from(String(body["key"]), "base64url");
    const key = await webcrypto.subtle.importKey("spki", spki, { name: "ECDSA", namedCurve: "P-256" }, true, ["verify"]);
    const device = String(body["device"]);
    this.devices.set(device, { key, credential: `cred-${device}`, isRevoked: false });
    return answer({ device, credential: `cred-${device}`, expires: "2099-01-01T00:00:00Z", place: PLACE, protocol: 1 }, 201, this.time());
  }

  private keeper(body: JsonObject): Response {
    const user = this.users.get(String(body["username"]));
    if (!user || user.password !== body["password"]) return problem(401, "sign_in_wrong");
    return answer({ username: body["username"] as Json, name: user.name, may: ["LEND", "RETURN"] }, 200, this.time());
  }

  private numbersOf(device: string, epoch: number): number[] {
    return this.operations(device)
      .filter((body) => body["epoch"] === epoch)
      .map((body) => Number(body["seq"]))
      .sort((one, other) => one - other);
  }

  private hello(device: Device & { id: string }, body: JsonObject): Response {
    const epoch = Number(body["epoch"]);
    const numbers = this.numbersOf(device.id, epoch);
    let contiguous = 0;
    while (numbers.includes(contiguous + 1)) contiguous++;
    const gaps: [number, number][] = [];
    let before = contiguous;
    for (const number of numbers.filter((one) => one > contiguous)) {
      if (number > before + 1) gaps.push([before + 1, number - 1]);
      before = number;
    }
    const epochs = [...new Set(this.operations(device.id).map((one) => Number(one["epoch"])))];
    const now = Math.round(this.now());
    return answer(
      {
        now,
        epoch,
        contiguous,
        gaps,
        backed_up_through: Math.min(this.backedUpThrough, contiguous),
        revoked: device.isRevoked,
        credential: device.isRevoked ? null : device.credential,
        expires: "2099-01-01T00:00:00Z",
        oldest_desk: 1,
        newest_desk: 1,
        place: PLACE,
        epochs: epochs.map((one) => ({ epoch: one, contiguous: this.numbersOf(device.id, one).length })),
        restored: this.restored,
      } as never,
      200,
      this.time(),
    );
  }

  private async take(body: JsonObject): Promise<Response> {
    const operations = body["operations"] as JsonObject[];
    if (operations.length > 200) return problem(413, "batch_too_large");
    const answers: Json[] = [];
    for (const one of operations) answers.push(await this.append(one));
    return answer({ answers }, 200, this.time());
  }

  private async append(operation: JsonObject): Promise<Json> {
    const { private: personal = null, salt, ...body } = operation;
    const op = String(body["op"]);
    if (body["kind"] === "note" && String((personal as JsonObject | null)?.["text"]).startsWith("!malformed")) {
      return { op: "", status: "malformed", code: "too_large", field: "" };
    }
    if (personal) {
      const commit = await commitment(String(salt), personal as JsonObject);
      if (commit !== body["commit"]) throw new Error(`${op}: the private part is not what the body says`);
    }
    const known = this.state.log.find((one) => one.body["op"] === op);
    if (known) {
      const status = canonical(known.body) === canonical(body) ? "duplicate" : "fork";
      return { op, status, outcome: "OK", case: null, number: known.number };
    }
    const same = (one: Stored, seq: number): boolean =>
      one.body["dev"] === body["dev"] && one.body["epoch"] === body["epoch"] && one.body["seq"] === seq;
    if (this.state.log.some((one) => same(one, Number(body["seq"])))) {
      this.refused.push(op);
      return { op, status: "fork" };
    }
    const before = this.state.log.find((one) => same(one, Number(body["seq"]) - 1));
    if (before && (await digest(before.body)) !== body["prev"]) throw new Error(`${op}: the chain is broken`);
    const number = ++this.number;
    this.state.log.push({ body, private: personal as JsonObject | null, number });
    this.fold(body, personal as JsonObject | null, number);
    return { op, status: "stored", outcome: "OK", case: null, number };
  }

  private fold(body: JsonObject, personal: JsonObject | null, number: number): void {
    const put = (type: Change["type"], id: string, row: unknown): void =>
      void this.state.rows.set(`${type} ${id}`, { change: { type, id, row: row as Change["row"] }, number });
    const copy = String(body["copy"]);
    if (body["kind"] === "lend") {
      const since = new Date(Date.parse(String(body["wall"])) + Number(body["off"])).toISOString();
      const reader = personal?.["reader"] as Json;
      put("loan", copy, { reader, due: body["due"] ?? "2027-01-01", since, renewals: 0, policy: 1, place: PLACE.code });
    } else if (body["kind"] === "return") {
      put("loan", copy, null);
    } else if (body["kind"] === "join") {
      const reader = readerRow(String(personal?.["name"]), String(personal?.["card"] ?? ""));
      put("reader", String(personal?.["reader"]), reader);
    }
    for (const [key, { change }] of [...this.state.rows]) {
      if (!key.startsWith("reader ") || !change.row) continue;
      const loans = [...this.state.rows.values()].filter(
        (one) => one.change.type === "loan" && (one.change.row as { reader: string } | null)?.reader === change.id,
      ).length;
      if ((change.row as { loans: number }).loans !== loans) put("reader", change.id, { ...change.row, loans });
    }
  }

  private async feed(cursor: string, limit: number): Promise<Response> {
    const [generation, after, mode] = (cursor || `${this.generation}:0:`).split(":");
    if (Number(generation) !== this.generation) {
      return answer({ rows: [], cursor: "", seen: this.number, control: "must_refetch", fingerprint: null }, 200, this.time());
    }
    const isWhole = Number(after) === 0;
    const all = [...this.state.rows.values()]
      .filter((one) => one.number > Number(after) && !(isWhole && one.change.row === null))
      .sort((one, other) => one.number - other.number);
    const page = all.slice(0, limit);
    const isLast = page.length === all.length;
    const last = isLast ? this.number : (page.at(-1)?.number ?? 0);
    const covered = [...this.state.rows.values()].map((one) => one.change as unknown as { type: string; id: string; row: Json });
    return answer(
      {
        rows: page.map((one) => one.change) as never,
        cursor: `${this.generation}:${last}:${mode ?? ""}`,
        seen: this.number,
        control: isLast ? "up_to_date" : "more",
        fingerprint: isLast ? await fingerprintOf(covered) : null,
      },
      200,
      this.time(),
    );
  }
}

export function readerRow(name: string, card: string): object {
  return {
    name,
    card,
    group: "PUPIL",
    expires: "2030-01-01",
    birth_year: 2012,
    is_child: true,
    is_pending: false,
    language: "vi",
    merged_into: null,
    loans: 0,
  };
}

export const copyRow = (title: string, place = PLACE.code): object => ({
  title,
  shelf: "A1",
  condition: "NORMAL",
  material: "BOOK",
  place,
  trouble: "",
  aside_for: null,
  going_to: "",
});

function answer(body: Json, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return answer({ type: "about:blank", title: code, status, code }, status, headers);
}
