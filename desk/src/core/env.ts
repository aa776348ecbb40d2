// What the desk needs of the machine it runs on; a test or Node hands over its own.

export interface Locks {
  request<T>(name: string, options: { signal?: AbortSignal; ifAvailable?: boolean }, work: (lock: unknown) => Promise<T>): Promise<T>;
}

export interface Env {
  /** Where the province is, without a slash at the end; empty for the origin that served the desk. */
  base: string;
  /** What goes before the names of the databases: several desks on one origin, and tests. */
  prefix: string;
  language: string;
  version: string;
  /** Milliseconds of the wall clock. */
  now(): number;
  /** Milliseconds of a clock that nobody sets; it may stand still while the device sleeps. */
  monotonic(): number;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Null where tabs cannot lock each other out; the databases then catch what collides. */
  locks: Locks | null;
  /** Survives where databases are thrown away, sometimes; holds nothing but the id of the device. */
  marks: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  isOnline(): boolean;
  storage: Pick<StorageManager, "estimate" | "persist" | "persisted"> | null;
  /** Cost of a PIN: KiB of memory and passes of Argon2id. */
  pinCost: { memory: number; passes: number };
  /** Whether the loop starts by itself; without it only syncNow sends anything. */
  isLooping: boolean;
  /** Milliseconds without a sign of life after which a request counts as dead. */
  patience: number;
}

export type Options = Partial<Env>;

/** The protocol's number of this desk, said at each hello: which desks the server still understands. */
export const DESK = 1;

export function environment(options: Options): Env {
  const browser = globalThis as typeof globalThis & { localStorage?: Storage };
  const here: Navigator | undefined = browser.navigator;
  return {
    base: "",
    prefix: "guisach",
    language: "vi",
    version: "",
    now: () => Date.now(),
    monotonic: () => performance.now(),
    fetch: (url, init) => browser.fetch(url, init),
    locks: (here?.locks as Locks | undefined) ?? null,
    marks: marksOf(browser),
    isOnline: () => here?.onLine ?? true,
    storage: here?.storage ?? null,
    pinCost: { memory: 19 * 1024, passes: 3 },
    isLooping: true,
    patience: 45_000,
    ...options,
  };
}

function marksOf(browser: { localStorage?: Storage }): Env["marks"] {
  try {
    return typeof document === "undefined" ? null : (browser.localStorage ?? null);
  } catch {
    return null; // forbidden by the settings of the browser
  }
}
