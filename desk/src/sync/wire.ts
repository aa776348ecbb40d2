// Signed requests over a bad line. Nothing waits for ever: a request without a sign of life is given up, but one that
// trickles in at 20 kbit/s is not.

import { gzip, join, sha256, text, utf8, type Bytes } from "../core/bytes";
import type { Context } from "../core/context";
import { signature } from "../core/sealing";

const GZIP_FROM = 600; // smaller ones gain nothing
const SLOWEST = 1.5; // bytes a millisecond that an upload gets at least: 12 kbit/s

/** What went wrong. `code` is stable: the problem document's, or offline, cut, timeout, server. */
export class WireError extends Error {
  constructor(
    readonly code: string,
    readonly status = 0,
    /** What had come of the body when the connection was cut. */
    readonly part: Bytes | null = null,
    /** Seconds after which the province wants the same once more: it has its hands full just now. */
    readonly after: number | null = null,
  ) {
    super(code);
  }
}

interface Sent {
  method: "GET" | "POST";
  path: string;
  body?: Bytes;
  headers?: Record<string, string>;
}

interface Received {
  status: number;
  bytes: Bytes;
}

export class Wire {
  constructor(private readonly context: Context) {}

  async post<T>(path: string, body: unknown, isSigned = true): Promise<T> {
    const plain = utf8(JSON.stringify(body));
    const packed = plain.length < GZIP_FROM ? null : await gzip(plain);
    return this.postBytes<T>(path, packed ?? plain, packed !== null, isSigned);
  }

  async postBytes<T>(path: string, body: Bytes, isGzipped: boolean, isSigned = true): Promise<T> {
    const headers: Record<string, string> = { "Content-Type": "application/json" };
    if (isGzipped) headers["Guisach-Encoding"] = "gzip";
    return parsed<T>(await this.send({ method: "POST", path, body, headers }, isSigned));
  }

  async get<T>(path: string): Promise<T> {
    return parsed<T>(await this.send({ method: "GET", path }, true));
  }

  /** Bytes of a file, going on after `had`. Throws WireError with the part that came. */
  async file(path: string, had: Bytes): Promise<Bytes> {
    const headers: Record<string, string> = had.length ? { Range: `bytes=${had.length}-` } : {};
    try {
      const { status, bytes } = await this.send({ method: "GET", path, headers }, true);
      return status === 206 ? join(had, bytes) : bytes;
    } catch (error) {
      if (!(error instanceof WireError) || !error.part) throw error;
      throw new WireError(error.code, error.status, error.status === 206 ? join(had, error.part) : error.part);
    }
  }

  private async send({ method, path, body, headers = {} }: Sent, isSigned: boolean): Promise<Received> {
    const { env, enrolment, keys } = this.context;
    const all: Record<string, string> = { Accept: "application/json", "Accept-Language": env.language, ...headers };
    if (isSigned) {
      if (!enrolment || !keys) throw new WireError("not_enrolled");
      all["Authorization"] = `Device ${enrolment.credential}`;
      const said = `${method}\n${new URL(env.base + path, "http://desk").pathname}${query(path)}\n`;
      all["Guisach-Signature"] = await signature(keys, said + (await sha256(body ?? new Uint8Array(0))));
    }
    const controller = new AbortController();
    const patience = env.patience;
    let timer = later(() => controller.abort(), patience + (body?.length ?? 0) / SLOWEST);
    const alive = (): void => {
      clearTimeout(timer);
      timer = later(() => controller.abort(), patience);
    };
    const parts: Bytes[] = [];
    let status = 0;
    let after: number | null = null;
    try {
      const sent = env.now();
      const answer = await env.fetch(env.base + path, {
        method,
        headers: all,
        ...(body ? { body } : {}),
        signal: controller.signal,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
      });
      status = answer.status;
      after = status === 503 ? seconds(answer.headers.get("Retry-After")) : null;
      const received = env.now();
      alive();
      const reader = answer.body?.getReader();
      for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
        parts.push(new Uint8Array(next.value));
        alive();
      }
      this.measure(answer, sent, received);
    } catch {
      const code = controller.signal.aborted ? "timeout" : env.isOnline() ? "cut" : "offline";
      throw new WireError(code, status, parts.length ? join(...parts) : null);
    } finally {
      clearTimeout(timer);
    }
    const bytes = join(...parts);
    if (status >= 400) throw new WireError(codeIn(bytes, status), status, null, after);
    return { status, bytes };
  }

  private measure(answer: Response, sent: number, received: number): void {
    const server = Number(answer.headers.get("Guisach-Time"));
    if (server > 0) this.context.clock.learn(sent, received, server);
  }
}

/** What `Retry-After` says, a minute at most; a date or nothing counts as nothing. */
const seconds = (said: string | null): number | null => (said && /^\d+$/.test(said) ? Math.min(60, Number(said)) : null);

const query = (path: string): string => (path.includes("?") ? path.slice(path.indexOf("?")) : "");

function later(work: () => void, after: number): ReturnType<typeof setTimeout> {
  return setTimeout(work, after);
}

function parsed<T>({ bytes }: Received): T {
  try {
    return JSON.parse(text(bytes)) as T;
  } catch {
    throw new WireError("server"); // a page of somebody in between: a portal that wants a sign-in, a proxy
  }
}

function codeIn(bytes: Bytes, status: number): string {
  try {
    const { code } = JSON.parse(text(bytes)) as { code?: unknown };
    if (typeof code === "string" && code) return code;
  } catch {
    // no problem document: somebody in between answered
  }
  return status === 413 ? "batch_too_large" : "server";
}
