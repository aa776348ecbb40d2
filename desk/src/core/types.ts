// What the screens see of the desk. Everything behind `Desk` is plain TypeScript without Svelte; screens know nothing
// of the database, of keys or of the network. All promises of acts resolve only when the operation is durable.

export type Tick = "here" | "box" | "province";

export interface Place {
  code: string;
  name: string;
  mode: "STAFFED" | "KEPT" | "OPEN_SHELF";
  commune: string;
}

export interface Keeper {
  username: string;
  name: string;
  may: readonly string[];
}

export interface ReaderCard {
  id: string;
  name: string;
  card: string;
  group: string;
  expires: string | null; // ISO day
  isExpired: boolean;
  isPending: boolean; // its card number is disputed
  isHere: boolean; // joined on this desk, the province does not know yet
  loans: number;
  loansMax: number | null;
}

export interface Title {
  id: string;
  title: string;
  author: string;
  year: string;
  copies: number;
  free: number; // of them on the shelf here, as far as this desk knows
}

export interface Copy {
  barcode: string;
  title: Title | null; // null: unknown barcode
  shelf: string;
  loan: { reader: ReaderCard | null; due: string; isMine: boolean } | null; // isMine: made on this desk, not yet at the province
  asideFor: ReaderCard | null;
  trouble: string;
}

/** Something a keeper should look at; the act is done nevertheless, a physical fact is never refused. */
export type Notice =
  | "copy_unknown"
  | "on_loan_to_other"
  | "same_reader"
  | "card_expired"
  | "card_pending"
  | "over_limit"
  | "aside_for_other"
  | "not_lent"
  | "withdrawn"
  | "not_on_loan"
  | "offline_too_long";

export interface Done {
  op: string;
  kind: string;
  at: string; // ISO instant, as this device's clock says
  copy: Copy | null;
  reader: ReaderCard | null;
  due: string | null; // ISO day
  notices: Notice[];
}

export interface Entry {
  op: string;
  seq: number;
  kind: string;
  at: string;
  actor: string;
  words: { copy?: string; title?: string; reader?: string; count?: number; due?: string };
  tick: Tick;
  outcome: string | null;
  case: string | null;
  isVoided: boolean;
  trouble: "" | "malformed" | "fork" | "too_large";
}

export interface Waiting {
  count: number; // operations not yet at the province
  oldest: string | null; // ISO instant
  tooLarge: number;
}

export interface CaseRow {
  id: string;
  kind: string;
  title: string;
  what: string[];
  happened: string;
  isUrgent: boolean;
  decisions: { decision: string; words: string }[];
}

export interface Health {
  persisted: boolean | null; // null: not asked yet
  storageUsed: number; // bytes
  storageQuota: number;
  clockOffsetMs: number | null;
  lastContact: string | null;
  backedUpThrough: number;
  credentialExpires: string | null;
  fingerprintOk: boolean | null;
  isRevoked: boolean;
  titles: number;
  copies: number;
  readers: number;
  version: string;
}

export interface Progress {
  what: "idle" | "sending" | "receiving" | "catalogue" | "waiting" | "failed";
  done: number;
  of: number;
  reason: string; // a stable code where it failed: offline, server, signature_wrong, device_unknown, upgrade_needed …
  nextTry: string | null;
}

export interface State {
  phase: "new" | "locked" | "open" | "revoked";
  place: Place | null;
  keeper: Keeper | null;
  keepers: Keeper[];
  isOnline: boolean;
  waiting: Waiting;
  progress: Progress;
  offlineDays: number | null; // since the last contact
}

export interface NewReader {
  name: string;
  group: string;
  card: string; // empty: a number is given later
  birth: string | null;
  phone: string;
  address: string;
  guardian: string;
  guardianPhone: string;
  consent: boolean;
  assent: boolean;
}

export interface Unlocking {
  how: "open" | "wrong" | "locked_until_online";
  /** Tries that are left after a wrong PIN. */
  left: number;
}

export class DeskError extends Error {
  /** `code` is stable and has words on the screen; `field` names what was wrong with the input. */
  constructor(
    readonly code: string,
    readonly field = "",
  ) {
    super(code);
  }
}

export interface Desk {
  state(): State;
  /** Calls back at once and after each change; returns what ends it. */
  subscribe(listener: (state: State) => void): () => void;

  enrol(code: string): Promise<void>;
  addKeeper(username: string, password: string, pin: string): Promise<Keeper>;
  unlock(username: string, pin: string): Promise<Unlocking>;
  lock(): void;

  findReaders(text: string, limit?: number): Promise<ReaderCard[]>;
  findTitles(text: string, limit?: number): Promise<Title[]>;
  copiesOf(title: string): Promise<Copy[]>;
  copy(barcode: string): Promise<Copy>;
  reader(id: string): Promise<ReaderCard | null>;
  loansOf(reader: string): Promise<Copy[]>;
  /** What a scan or typed text is: a card, a copy, or text to search for. */
  recognise(text: string): Promise<{ card: ReaderCard } | { copy: Copy } | { text: string; wrongDigit: boolean }>;

  lend(copy: string, reader: string): Promise<Done>;
  giveBack(copy: string): Promise<Done>;
  renew(copy: string): Promise<Done>;
  sight(copy: string): Promise<Done>;
  use(copy: string): Promise<Done>;
  join(person: NewReader): Promise<Done>;
  countVisits(counts: Record<string, number>): Promise<Done>;
  countShelf(uses: Record<string, number>): Promise<Done>;
  countAttendance(event: string, counts: Record<string, number>): Promise<Done>;
  attend(event: string, reader: string): Promise<Done>;
  events(): Promise<{ id: string; name: string; on: string }[]>;
  note(text: string, about?: { copy?: string; reader?: string }): Promise<Done>;
  /** What a reader would like to have: a title by its id, or their own words. */
  wish(reader: string, wanted: { title: string } | { words: string }): Promise<Done>;
  undo(op: string): Promise<Done>;
  settle(caseId: string, decision: string, reason: string): Promise<Done>;

  /** How far own acts have come. */
  ticks(ops: string[]): Promise<Map<string, Tick>>;
  /** Newest first. */
  entries(limit?: number): Promise<Entry[]>;
  cases(): Promise<CaseRow[]>;
  health(): Promise<Health>;
  askToPersist(): Promise<boolean>;

  syncNow(): Promise<void>;
  exportFile(): Promise<{ name: string; blob: Blob; operations: number }>;
  importFile(file: Blob): Promise<{ operations: number; known: number }>;
  /** A short series of QR codes' texts for the oldest operations that wait; at most 10 codes. */
  qrSeries(): Promise<string[]>;
}
