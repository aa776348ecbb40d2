// What this keeper is in the middle of; survives a look at another screen, and ends when the desk is locked.
import type { Copy, Done, Notice, ReaderCard } from "../core/types.ts";

export interface Line {
  key: string;
  title: string;
  text: string;
  notices: Notice[];
  /** A sentence of its own where there is no act: a code that nobody knows. */
  look: string;
  op: string;
  isUndone: boolean;
  /** What may be done nevertheless: a book in somebody's hand is a fact, whatever its number looks like. */
  anyway?: { words: string; act: () => void };
}

class Session {
  reader = $state.raw<ReaderCard | null>(null);
  /** Books that were scanned before anybody's card. */
  pending = $state.raw<Copy[]>([]);
  lent = $state<Line[]>([]);
  returned = $state<Line[]>([]);

  end(): void {
    this.reader = null;
    this.pending = [];
    this.lent = [];
    this.returned = [];
  }
}
export const session = new Session();

const LINES_MAX = 40;

export function lineOf(done: Done, title: string, text: string): Line {
  return { key: done.op, title, text, notices: done.notices, look: "", op: done.op, isUndone: false };
}

export function lookLine(title: string, look: string, anyway?: Line["anyway"]): Line {
  return { key: crypto.randomUUID(), title, text: "", notices: [], look, op: "", isUndone: false, ...(anyway ? { anyway } : {}) };
}

/** Newest first; old ones are behind "waiting to be sent". */
export function put(lines: Line[], line: Line): void {
  lines.unshift(line);
  if (lines.length > LINES_MAX) lines.length = LINES_MAX;
}
