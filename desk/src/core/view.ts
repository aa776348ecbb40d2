// What this desk knows, in memory: the province's rows, and over them what waits here.

import { takenBack, overlay, stateAtHub, unapply, isFree, type CopyState, type Waiting } from "./overlay";
import type {
  CalendarRow, CardRow, CaseRowIn, Change, CopyRow, EventRow, LoanRow, PlaceRow, PolicyRow, ReaderRow, TitleRow,
} from "./rows";
import { TextIndex } from "./search";

const MERGES_MAX = 20;

export class View {
  readonly titles = new Map<string, TitleRow>();
  readonly copies = new Map<string, CopyRow>();
  readonly loans = new Map<string, LoanRow>();
  readonly readers = new Map<string, ReaderRow>();
  readonly cards = new Map<string, string>();
  readonly policies = new Map<string, PolicyRow>();
  readonly cases = new Map<string, CaseRowIn>();
  readonly events = new Map<string, EventRow>();
  calendar: CalendarRow | null = null;
  place: PlaceRow | null = null;

  readonly titleIndex = new TextIndex();
  readonly readerIndex = new TextIndex();
  private readonly copiesByTitle = new Map<string, Set<string>>();
  private readonly loansByReader = new Map<string, Set<string>>();

  /** Own operations that the hub's rows may not hold yet, in order; further ones that these take back. */
  private waiting: Waiting[] = [];
  private readonly present = new Set<string>();
  private readonly known = new Map<string, Waiting>();
  private readonly joined = new Map<string, ReaderRow>();
  private readonly joinedBy = new Map<string, string>();
  private over: Overlaid | null = null;

  // --- the province's rows ---

  apply({ type, id, row }: Change): void {
    this.over = null;
    if (type === "title") this.putTitle(id, row as TitleRow | null);
    else if (type === "copy") this.putCopy(id, row as CopyRow | null);
    else if (type === "loan") this.putLoan(id, row as LoanRow | null);
    else if (type === "reader") this.putReader(id, row as ReaderRow | null);
    else if (type === "card") put(this.cards, id, row && (row as CardRow).reader);
    else if (type === "policy") put(this.policies, id, row as PolicyRow | null);
    else if (type === "case") put(this.cases, id, row as CaseRowIn | null);
    else if (type === "event") put(this.events, id, row as EventRow | null);
    else if (type === "calendar") this.calendar = row as CalendarRow | null;
    else if (type === "place") this.place = row as PlaceRow | null;
  }

  private putTitle(id: string, row: TitleRow | null): void {
    put(this.titles, id, row);
    if (row) this.titleIndex.put({ id, main: row.title, second: row.author });
    else this.titleIndex.remove(id);
  }

  private putCopy(id: string, row: CopyRow | null): void {
    const before = this.copies.get(id);
    if (before?.title != null) unlist(this.copiesByTitle, String(before.title), id);
    if (row?.title != null) list(this.copiesByTitle, String(row.title), id);
    put(this.copies, id, row);
  }

  private putLoan(id: string, row: LoanRow | null): void {
    const before = this.loans.get(id);
    if (before) unlist(this.loansByReader, before.reader, id);
    if (row) list(this.loansByReader, row.reader, id);
    put(this.loans, id, row);
  }

  private putReader(id: string, row: ReaderRow | null): void {
    put(this.readers, id, row);
    if (row && !row.merged_into) this.readerIndex.put({ id, main: row.name, second: row.card });
    else this.readerIndex.remove(id);
  }

  /** Forget everybody's name: the desk is locked. */
  forgetPeople(): void {
    for (const map of [this.readers, this.cards, this.cases, this.joined]) map.clear();
    this.readerIndex.clear();
    this.over = null;
  }

  /** Forget every row: they are fetched anew. What waits stays. */
  forgetRows(): void {
    const maps = [this.titles, this.copies, this.loans, this.readers, this.cards, this.policies, this.cases, this.events];
    for (const map of [...maps, this.copiesByTitle, this.loansByReader]) map.clear();
    this.titleIndex.clear();
    this.readerIndex.clear();
    for (const [id, row] of this.joined) this.readerIndex.put({ id, main: row.name, second: row.card });
    this.calendar = null;
    this.over = null;
  }

  // --- what waits ---

  get waitingOps(): string[] {
    return this.waiting.map((one) => one.op);
  }

  /** `target` is what a void takes back, where that lies over the rows no more. */
  wait(one: Waiting, joined: { id: string; row: ReaderRow } | null, target: Waiting | null): void {
    if (this.present.has(one.op)) return; // heard of twice: from who did it, and from the disk
    this.present.add(one.op);
    this.waiting.push(one);
    const before = this.waiting.at(-2);
    if (before && (before.order ?? 0) > (one.order ?? 0)) {
      this.waiting.sort((a, b) => (a.order ?? 0) - (b.order ?? 0)); // another tab's, heard of late
    }
    this.known.set(one.op, one);
    if (target && !this.known.has(target.op)) this.known.set(target.op, target);
    if (joined) this.rejoin(one.op, joined);
    const isLast = this.waiting.at(-1) === one;
    if (isLast && one.kind !== "void") this.lay(one); // the usual case, and thousands may wait
    else this.over = null;
  }

  /** Lay one more over what is known, where that was put together already. */
  private lay(one: Waiting): void {
    if (!this.over) return;
    if (one.kind === "settle" && one.target) this.over.settled.add(one.target);
    if (!one.copy) return;
    list(this.over.byCopy, one.copy, one);
    this.weigh(this.over, one.copy);
  }

  /** These are in the hub's rows now. */
  settle(ops: ReadonlySet<string>): void {
    if (!ops.size) return;
    this.waiting = this.waiting.filter((one) => !ops.has(one.op));
    for (const op of ops) {
      this.present.delete(op);
      const joined = this.joinedBy.get(op);
      if (joined === undefined) continue;
      this.joinedBy.delete(op);
      this.joined.delete(joined);
      if (!this.readers.has(joined)) this.readerIndex.remove(joined);
    }
    const needed = new Set(this.waiting.flatMap((one) => [one.op, one.target ?? one.op]));
    for (const op of this.known.keys()) if (!needed.has(op)) this.known.delete(op);
    this.over = null;
  }

  /** Somebody joined here; said again when the desk is opened, for a locked one knows nobody. */
  rejoin(op: string, { id, row }: { id: string; row: ReaderRow }): void {
    this.joined.set(id, row);
    this.joinedBy.set(op, id);
    if (!this.readers.has(id)) this.readerIndex.put({ id, main: row.name, second: row.card });
  }

  // --- asked together ---

  private get overlaid(): Overlaid {
    return (this.over ??= this.computeOverlay());
  }

  private computeOverlay(): Overlaid {
    const back = takenBack(this.waiting, (op) => this.known.get(op));
    const over: Overlaid = { back, byCopy: new Map(), undone: new Map(), states: new Map(), loans: new Map(), settled: new Set() };
    for (const one of this.waiting) {
      if (back.has(one.op)) continue;
      if (one.copy) list(over.byCopy, one.copy, one);
      if (one.kind === "settle" && one.target) over.settled.add(one.target);
    }
    for (const op of back) {
      const target = this.known.get(op);
      if (target?.copy && !this.present.has(op)) list(over.undone, target.copy, target);
    }
    for (const copy of new Set([...over.byCopy.keys(), ...over.undone.keys()])) this.weigh(over, copy);
    return over;
  }

  /** Say how a copy stands after all that waits, and what that changes for its readers' counts. */
  private weigh({ byCopy, undone, states, loans }: Overlaid, copy: string): void {
    const same = (one: string, other: string): boolean => this.survivor(one) === this.survivor(other);
    const count = (state: CopyState | undefined, by: number): void => {
      const reader = state?.loan && this.survivor(state.loan.reader);
      if (reader) loans.set(reader, (loans.get(reader) ?? 0) + by);
    };
    const hub = stateAtHub(this.copies.get(copy), this.loans.get(copy));
    const begun = [...(undone.get(copy) ?? [])].reduceRight((found, one) => unapply(found, one, same), hub);
    const state = overlay(begun, [...(byCopy.get(copy) ?? [])], same);
    count(states.get(copy) ?? hub, -1);
    count(state, 1);
    states.set(copy, state);
  }

  stateOf(copy: string): CopyState {
    return this.overlaid.states.get(copy) ?? stateAtHub(this.copies.get(copy), this.loans.get(copy));
  }

  isTakenBack(op: string): boolean {
    return this.overlaid.back.has(op);
  }

  isSettledHere(caseId: string): boolean {
    return this.overlaid.settled.has(caseId);
  }

  isKnownCopy(copy: string): boolean {
    return this.copies.has(copy) || this.overlaid.states.has(copy) || this.loans.has(copy);
  }

  /** The reader that this one was put together with, if with any. */
  survivor(id: string): string {
    let at = id;
    for (let step = 0; step < MERGES_MAX; step++) {
      const next = this.readers.get(at)?.merged_into;
      if (!next) break;
      at = next;
    }
    return at;
  }

  reader(id: string): { id: string; row: ReaderRow; isHere: boolean } | null {
    const own = this.survivor(id);
    const row = this.readers.get(own);
    if (row) return { id: own, row, isHere: false };
    const joined = this.joined.get(own);
    return joined ? { id: own, row: joined, isHere: true } : null;
  }

  readerOfCard(number: string): string | null {
    const owner = this.cards.get(number);
    if (owner) return this.survivor(owner);
    for (const [id, row] of this.readers) if (row.card === number) return this.survivor(id);
    for (const [id, row] of this.joined) if (row.card === number) return id;
    return null;
  }

  loanCount(reader: string): number {
    return Math.max(0, (this.readers.get(reader)?.loans ?? 0) + (this.overlaid.loans.get(reader) ?? 0));
  }

  /** Barcodes of what a reader has. */
  loansOf(reader: string): string[] {
    const own = this.survivor(reader);
    const found = new Set<string>();
    for (const [id, copies] of this.loansByReader) {
      if (this.survivor(id) === own) for (const copy of copies) if (!this.overlaid.states.has(copy)) found.add(copy);
    }
    for (const [copy, state] of this.overlaid.states) {
      if (state.loan && this.survivor(state.loan.reader) === own) found.add(copy);
    }
    return [...found];
  }

  copiesOf(title: string): string[] {
    return [...(this.copiesByTitle.get(title) ?? [])].sort();
  }

  freeOf(title: string, here: string): number {
    return this.copiesOf(title).filter((copy) => {
      const condition = this.copies.get(copy)?.condition;
      return condition !== "WITHDRAWN" && isFree(this.stateOf(copy), here);
    }).length;
  }

  /** The terms for a group and a material; the nearest that is known. */
  policy(group: string, material: string): PolicyRow | null {
    for (const key of [`${group}|${material}`, `${group}|`, `|${material}`, "|"]) {
      const found = this.policies.get(key);
      if (found) return found;
    }
    return null;
  }
}

interface Overlaid {
  back: Set<string>;
  byCopy: Map<string, Set<Waiting>>;
  undone: Map<string, Set<Waiting>>;
  states: Map<string, CopyState>;
  loans: Map<string, number>;
  settled: Set<string>;
}

function put<T>(map: Map<string, T>, id: string, value: T | null): void {
  if (value === null) map.delete(id);
  else map.set(id, value);
}

function list<T>(map: Map<string, Set<T>>, key: string, one: T): void {
  const own = map.get(key);
  if (own) own.add(one);
  else map.set(key, new Set([one]));
}

function unlist(map: Map<string, Set<string>>, key: string, id: string): void {
  const own = map.get(key);
  own?.delete(id);
  if (own && !own.size) map.delete(key);
}
