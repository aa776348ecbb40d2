// The one desk of this page, and what it says of itself, for all screens.
import { DeskError, type Desk, type Notice, type State } from "../core/types.ts";
import { words } from "../words/index.svelte.ts";
import { listen } from "./wedge.ts";

const UNREACHABLE = new Set(["offline", "cut", "timeout"]);

class Live {
  state = $state.raw<State | null>(null);
  hasLink = $state(navigator.onLine);
  /** Whether the province can be reached, as far as is known: a telephone may have a signal and nothing behind it. */
  isOnline = $derived(this.hasLink && !(["failed", "waiting"].includes(this.state?.progress.what ?? "") && UNREACHABLE.has(this.state?.progress.reason ?? "")));
  /** Parts of it that change more seldom: what hangs on them is not done anew with each step of a transfer. */
  phase = $derived(this.state?.phase);
  waits = $derived(this.state?.waiting.count ?? 0);
  doing = $derived(this.state?.progress.what);
  /** Set where no desk can be opened at all: the code of the reason. */
  failed = $state("");
}
export const live = new Live();

let opened: Desk | null = null;

export function desk(): Desk {
  if (!opened) throw new DeskError("locked");
  return opened;
}

/** Follow a desk, and the link below it, until the returned function is called. */
export function connect(one: Desk): () => void {
  opened = one;
  const heard = () => (live.hasLink = navigator.onLine);
  addEventListener("online", heard);
  addEventListener("offline", heard);
  const end = one.subscribe((state) => {
    live.state = state;
  });
  return () => (end(), removeEventListener("online", heard), removeEventListener("offline", heard));
}

// What is scanned goes to the screen that is open.
let taker: ((code: string) => void) | null = null;

export function takeScans(take: (code: string) => void): () => void {
  taker = take;
  return () => {
    if (taker === take) taker = null;
  };
}

export function hearScanners(otherwise: (code: string) => void): () => void {
  return listen((code) => (taker ?? otherwise)(code));
}

/** The words for what went wrong; a code that nobody foresaw is shown, so that it can be told on the telephone. */
export function wordsOf(error: unknown): string {
  const code = error instanceof DeskError ? error.code : error instanceof Error ? error.name : String(error);
  const known = words().errors as unknown as Record<string, string>;
  const text = known[code];
  return typeof text === "string" ? text : words().errors.unknown(code);
}

export function reasonWords(code: string): string {
  const text = (words().reasons as unknown as Record<string, string>)[code];
  return typeof text === "string" ? text : words().reasons.unknown(code);
}

export function noticeWords(notice: Notice): string {
  return words().notices[notice];
}

/** Names of groups, also of cards that are no person's. */
export function groupWords(code: string): string {
  return (words().groups as Record<string, string>)[code] ?? words().group_other[code] ?? code;
}
