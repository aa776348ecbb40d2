// Search without an index: everything folded once into one long text that is scanned. 20,000 titles are 1 MB; a scan is
// a millisecond, needs no building, no memory beside the text, and a changed title is a changed line (decision 0054).

import { fold, spacedWords, tidy, words } from "./text";

export interface Line {
  id: string;
  /** What people look for first: a title, a name. */
  main: string;
  /** What they may add: an author, a card number. */
  second: string;
}

const TOKENS_MAX = 12;
const INSIDE_FROM = 3; // shorter pieces inside words are noise
const RANKED_MAX = 200;
const SCORED_MAX = 8_000;
const [WHOLE, PREFIX, INSIDE] = [6, 4, 1] as const;

export class TextIndex {
  private readonly lines = new Map<string, Line>();
  /** `id → folded line`, so that a change folds one line and not all. */
  private readonly folded = new Map<string, string>();
  private text = "";
  private starts = new Uint32Array(0);
  private order: string[] = [];
  private isStale = false;

  get size(): number {
    return this.lines.size;
  }

  put(line: Line): void {
    this.lines.set(line.id, line);
    this.folded.set(line.id, ` ${foldedWords(line.main)} ; ${foldedWords(line.second)} \n`);
    this.isStale = true;
  }

  remove(id: string): void {
    this.folded.delete(id);
    if (this.lines.delete(id)) this.isStale = true;
  }

  clear(): void {
    this.lines.clear();
    this.folded.clear();
    this.isStale = true;
  }

  /** Ids of what has every word of the query, best first; the last word may be unfinished. */
  find(query: string, limit: number): string[] {
    const tokens = foldedWords(query).split(" ").filter(Boolean).slice(0, TOKENS_MAX);
    if (!tokens.length || limit <= 0) return [];
    this.refresh();
    // Beginnings of words first, pieces inside words only where there are none.
    const longest = tokens.reduce((one, other) => (other.length > one.length ? other : one));
    let rough = this.scored(tokens, ` ${longest}`);
    if (!rough.length && longest.length >= INSIDE_FROM) rough = this.scored(tokens, longest);
    const marked = words(tidy(query).toLowerCase());
    const best: { line: Line; score: number }[] = [];
    for (let score = rough.length - 1; score > 0 && best.length < RANKED_MAX; score--) {
      for (const at of (rough[score] ?? []).slice(0, RANKED_MAX - best.length)) {
        const line = this.lines.get(this.order[at] ?? "") as Line;
        best.push({ line, score: score + exactness(line, marked) });
      }
    }
    best.sort((one, other) => other.score - one.score || one.line.main.length - other.line.main.length);
    return best.slice(0, limit).map(({ line }) => line.id);
  }

  private refresh(): void {
    if (!this.isStale) return;
    this.order = [...this.lines.keys()];
    this.starts = new Uint32Array(this.order.length + 1);
    const parts = this.order.map((id) => this.folded.get(id) ?? "");
    parts.forEach((part, at) => (this.starts[at + 1] = (this.starts[at] ?? 0) + part.length));
    this.text = parts.join("");
    this.isStale = false;
  }

  /** Lines in buckets by rough score: very many may match, and only the best few are looked at closely. */
  private scored(tokens: string[], needle: string): number[][] {
    const rough: number[][] = [];
    let most = SCORED_MAX;
    for (const at of this.candidates(needle)) {
      const score = scoreOf(this.text.slice(this.starts[at], this.starts[at + 1]), tokens);
      if (score > 0) (rough[score] ??= []).push(at);
      if (--most <= 0) break; // a letter that is in every other title finds nothing in particular
    }
    return rough;
  }

  /** Lines with the needle in them: one scan, and after a hit on to the next line. */
  private *candidates(needle: string): Iterable<number> {
    let line = 0;
    for (let at = this.text.indexOf(needle); at >= 0; at = this.text.indexOf(needle, this.starts[line])) {
      line = this.lineAt(at, line);
      yield line;
      line++;
      if (line >= this.order.length) return;
    }
  }

  private lineAt(position: number, from: number): number {
    let [low, high] = [from, this.order.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const foldedWords = (text: string): string => spacedWords(fold(text));

/** 0 where a word is missing. Whole words before beginnings before pieces; in order and at the front is better. */
function scoreOf(line: string, tokens: string[]): number {
  const second = line.indexOf(" ; ");
  let score = 0;
  let before = -1;
  for (const token of tokens) {
    let kind: number = WHOLE;
    let at = line.indexOf(` ${token} `);
    if (at < 0) [kind, at] = [PREFIX, line.indexOf(` ${token}`)];
    if (at < 0 && token.length >= INSIDE_FROM) [kind, at] = [INSIDE, line.indexOf(token)];
    if (at < 0) return 0;
    score += kind * 2 - (at > second ? 2 : 0);
    if (at === before) score += 3; // right after the word before
    else if (at > before && before >= 0) score += 1;
    if (at === 0) score += 3;
    before = at + token.length + 1;
  }
  return score;
}

/** How many words stand there with the very marks that were typed: mận is not man. */
function exactness(line: Line, marked: string[]): number {
  const own = ` ${words(`${line.main} ${line.second}`.normalize("NFC").toLowerCase()).join(" ")} `;
  let score = 0;
  for (const word of marked) if (own.includes(` ${word} `)) score += 4;
  return score;
}
