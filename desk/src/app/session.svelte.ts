// What this keeper is in the middle of; survives a look at another screen, and ends when the desk is locked.
import type { Copy, Done, Notice, ReaderCard } from "../core/types.ts";

export interface Line {
  key: string;
  title: string;
  text: string;
  notices: Notice[];
  /** A sentence of its own: a code that nobody knows, for whom a book is kept. */
  look: string;
  op: string;
  isUndone: boolean;
  /** What may be done nevertheless: a book in somebody's hand is a fact, whatever its number looks like. */
  anyway?: { words: string; act: () => void };
}

const LINES_MAX = 40;

/** What was just done, newest first; old ones are behind "waiting to be sent". Replaced as a whole: a line never changes. */
export class Lines {
  all = $state.raw<readonly Line[]>([]);

  put(line: Line): void {
    this.all = [line, ...this.all].slice(0, LINES_MAX);
  }

  undo(undone: Line): void {
    this.all = this.all.map((line) => (line.key === undone.key ? { ...line, isUndone: true } : line));
  }

  clear(): void {
    this.all = [];
  }
}

class Session {
  reader = $state.raw<ReaderCard | null>(null);
  /** Books that were scanned before anybody's card. */
  pending = $state.raw<Copy[]>([]);
  readonly lent = new Lines();
  readonly returned = new Lines();

  end(): void {
    this.reader = null;
    this.pending = [];
    this.lent.clear();
    this.returned.clear();
  }
}
export const session = new Session();

export function lineOf(done: Done, title: string, text: string, look = ""): Line {
  return { key: done.op, title, text, notices: done.notices, look, op: done.op, isUndone: false };
}

export function lookLine(title: string, look: string, anyway?: Line["anyway"]): Line {
  return { key: crypto.randomUUID(), title, text: "", notices: [], look, op: "", isUndone: false, ...(anyway ? { anyway } : {}) };
}
