// Operations up: hello, then batches that grow while they arrive and shrink when they do not.

import { gzip, utf8, type Bytes } from "../core/bytes";
import type { Context } from "../core/context";
import { beginEpoch, headIn } from "../core/outbox";
import type { ForeignRecord, OperationRecord } from "../core/stores";
import { DESK } from "../core/env";
import type { Place } from "../core/types";
import { WireError, type Wire } from "./wire";

const FIRST_BATCH = 20;
const BATCH_MAX = 200;
const BATCH_BYTES_MAX = 32 * 1024;
const WAITS_MAX = 30; // how often in one exchange the province may ask for patience
const ASIDE_MAX = 20; // of those that were too large, tried again in one exchange

export interface Hello {
  now: number;
  epoch: number;
  contiguous: number;
  gaps: [number, number][];
  backed_up_through: number;
  revoked: boolean;
  credential: string | null;
  expires: string | null;
  place: Omit<Place, "mode"> | null;
  epochs: { epoch: number; contiguous: number }[];
  /** Changes each time that the province is restored from a backup; a server of before does not say it. */
  restored?: string;
}

interface Answer {
  op: string;
  status: "stored" | "duplicate" | "fork" | "malformed";
  outcome?: string | null;
  case?: string | null;
  number?: number | null;
}

/** What is known of each epoch after greeting: how far it is in a backup. */
export type BackedUp = Map<number, number>;

/** Greet for every epoch of which something is kept; note what the hub lacks. */
export async function greet(context: Context, wire: Wire): Promise<BackedUp> {
  const head = await context.stores.out(headIn);
  const backedUp: BackedUp = new Map();
  const hello = await greetOne(context, wire, head.epoch, head.seq);
  await learn(context, hello);
  backedUp.set(head.epoch, hello.backed_up_through);
  await sendAllAgainIfRestored(context, hello.restored ?? "");
  const highest = Math.max(head.epoch, ...hello.epochs.map((one) => one.epoch));
  const isBehind = hello.contiguous > head.seq || hello.gaps.some(([, last]) => last >= head.seq + 1);
  const isLost = hello.contiguous < head.seq && !(await isKept(context, head.epoch, hello.contiguous + 1));
  if (isBehind || isLost || highest > head.epoch) await beginEpoch(context, highest + 1);
  for (const { epoch, high } of await keptEpochs(context)) {
    if (epoch === head.epoch) continue;
    backedUp.set(epoch, (await greetOne(context, wire, epoch, high)).backed_up_through);
  }
  return backedUp;
}

/**
 * What was answered before a restoration may be gone, though a number of it is there: a twin of this device may have
 * given it meanwhile to something else. So everything that is still kept is sent once more; what is there is a duplicate.
 */
async function sendAllAgainIfRestored(context: Context, mark: string): Promise<void> {
  await context.stores.out((outbox) =>
    outbox.transaction("rw", outbox.ops, outbox.foreign, outbox.settings, async () => {
      const known = ((await outbox.settings.get("restored"))?.value as string | undefined) ?? "";
      if (known === mark) return;
      await outbox.ops.where("stored").equals(1).modify({ stored: 0, trouble: "" });
      await outbox.foreign.where("stored").equals(1).modify({ stored: 0, trouble: "" });
      await outbox.settings.put({ key: "restored", value: mark });
    }),
  );
}

/** Whether a number of this device is still here: a backup older than what is kept may lack what nobody has any more. */
async function isKept(context: Context, epoch: number, seq: number): Promise<boolean> {
  return context.stores.out(async (outbox) => (await outbox.ops.get([epoch, seq])) !== undefined);
}

async function keptEpochs(context: Context): Promise<{ epoch: number; high: number }[]> {
  return context.stores.out((outbox) =>
    outbox.transaction("r", outbox.ops, async () => {
      const found: { epoch: number; high: number }[] = [];
      for (let below = Infinity; ; ) {
        const last = await outbox.ops.where("[epoch+seq]").below([below, 0]).last();
        if (!last) return found;
        found.push({ epoch: last.epoch, high: last.seq });
        below = last.epoch;
      }
    }),
  );
}

async function greetOne(context: Context, wire: Wire, epoch: number, high: number): Promise<Hello> {
  const oldest = context.counted.oldest;
  const hello = await wire.post<Hello>("/api/v1/sync/hello", { epoch, high, desk: DESK, ...(oldest ? { oldest } : {}) });
  await resend(context, epoch, hello);
  return hello;
}

async function learn(context: Context, hello: Hello): Promise<void> {
  const { enrolment } = context;
  if (!enrolment) return;
  const place = hello.place ? { ...enrolment.place, ...hello.place } : enrolment.place;
  context.enrolment = {
    ...enrolment,
    credential: hello.credential ?? enrolment.credential,
    expires: hello.expires ?? enrolment.expires,
    place,
  };
  context.contact = {
    at: context.env.now(),
    hubTime: hello.now,
    backedUpThrough: hello.backed_up_through,
    contiguous: hello.contiguous,
  };
  context.isRevoked = hello.revoked;
  await context.stores.out((outbox) =>
    outbox.transaction("rw", outbox.settings, () =>
      outbox.settings.bulkPut([
        { key: "enrolment", value: context.enrolment },
        { key: "contact", value: context.contact },
        { key: "revoked", value: hello.revoked },
        { key: "clock", value: context.clock.kept },
      ]),
    ),
  );
}

/** What was thought to be there and is not (a hub restored from a backup) is to be sent again. */
async function resend(context: Context, epoch: number, { contiguous, gaps }: Hello): Promise<void> {
  const lacks = (seq: number): boolean =>
    seq > contiguous && (!gaps.length || gaps.some(([first, last]) => first <= seq && seq <= last));
  await context.stores.out((outbox) =>
    outbox.ops
      .where("[epoch+seq]")
      .between([epoch, contiguous], [epoch, Infinity], false, true)
      .filter((one) => one.stored === 1 && one.trouble === "" && lacks(one.seq))
      .modify({ stored: 0 }),
  );
}

/** Send everything that the province has not answered for, own ones in the order of their numbers. */
export async function sendAll(context: Context, wire: Wire): Promise<void> {
  const batches = new Batches(context, wire);
  await batches.own();
  await batches.foreign();
}

/** Where operations are kept, own ones or others'. */
interface Kept<R> {
  waiting(trouble: "" | "too_large", most: number): Promise<R[]>;
  /** Note what was answered; says of how many. */
  note(records: R[], answers: Answer[]): Promise<number>;
  putAside(record: R): PromiseLike<unknown>;
}

class Batches {
  private size = FIRST_BATCH;
  private sent = 0;
  private waits = 0;

  constructor(
    private readonly context: Context,
    private readonly wire: Wire,
  ) {}

  own(): Promise<void> {
    return this.all<OperationRecord>({
      waiting: (trouble, most) =>
        this.context.stores.out((outbox) =>
          outbox.ops.where("stored").equals(0).filter((one) => one.trouble === trouble).limit(most).toArray(),
        ),
      note: (records, answers) => noteOwn(this.context, records, answers),
      putAside: (one) =>
        this.context.stores.out((outbox) => outbox.ops.update([one.epoch, one.seq], { trouble: "too_large" })),
    });
  }

  foreign(): Promise<void> {
    return this.all<ForeignRecord>({
      waiting: (trouble, most) =>
        this.context.stores.out((outbox) =>
          outbox.foreign.where("stored").equals(0).filter((one) => one.trouble === trouble).limit(most).toArray(),
        ),
      note: (records, answers) => noteForeign(this.context, records, answers),
      putAside: (one) => this.context.stores.out((outbox) => outbox.foreign.update(one.op, { trouble: "too_large" })),
    });
  }

  private async all<R extends OperationRecord | ForeignRecord>(kept: Kept<R>): Promise<void> {
    const aside = await kept.waiting("too_large", ASIDE_MAX);
    for (let next = await kept.waiting("", this.size); next.length; next = await kept.waiting("", this.size)) {
      await this.send(next, kept);
    }
    // It may have been somebody in between who found it too large: each is tried alone, and holds nothing up.
    for (const one of aside) await this.send([one], kept);
  }

  private async send<R extends OperationRecord | ForeignRecord>(
    records: R[],
    { note, putAside }: Kept<R>,
  ): Promise<void> {
    const { context } = this;
    const packed = await pack(context, records);
    if (packed.length > BATCH_BYTES_MAX) {
      if (records.length === 1) await putAside(records[0] as R);
      this.shrink(records.length);
      return;
    }
    const of = this.sent + context.counted.count - context.counted.tooLarge;
    context.show({ what: "sending", done: this.sent, of: Math.max(of, this.sent) });
    let answers: Answer[];
    try {
      answers = (await this.wire.postBytes<{ answers: Answer[] }>("/api/v1/sync/ops", packed, true)).answers;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (error.after !== null && this.waits++ < WAITS_MAX) {
        await wait(error.after * 1000 * (1 + Math.random() / 2)); // all desks were told much the same
        return;
      }
      const isTooMuch = error.status === 413 || error.code === "timeout" || error.code === "cut";
      if (error.status === 413 && records.length === 1) {
        await putAside(records[0] as R);
        return;
      }
      if (isTooMuch && records.length > 1) this.shrink(records.length);
      if (error.status === 413) return;
      throw error;
    }
    if (!Array.isArray(answers) || !answers.length) throw new WireError("server");
    // What has no answer that this desk understands is sent again, but not at once and for ever.
    if (!(await note(records, answers))) throw new WireError("server");
    this.sent += records.length;
    this.size = Math.min(BATCH_MAX, this.size * 2);
    await context.recount();
    context.tellOtherTabs("ops");
    context.changed();
  }

  private shrink(tried: number): void {
    this.size = Math.max(1, Math.floor(tried / 2));
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => (setTimeout(done, ms) as unknown as { unref?: () => void }).unref?.());
}

async function pack(context: Context, records: (OperationRecord | ForeignRecord)[]): Promise<Bytes> {
  const operations = await Promise.all(
    records.map(async (one) => ({ ...one.body, ...(await context.personal(one.sealed)) })),
  );
  return gzip(utf8(JSON.stringify({ operations })));
}

async function noteOwn(context: Context, records: OperationRecord[], answers: Answer[]): Promise<number> {
  const byOp = understood(answers);
  let forked = 0;
  let noted = 0;
  await context.stores.out((outbox) =>
    outbox.transaction("rw", outbox.ops, async () => {
      for (const [at, record] of records.entries()) {
        const answer = byOp.get(record.op) ?? unnamed(answers, at);
        if (!answer) continue; // not answered: sent again
        noted++;
        if (answer.status === "fork") forked = Math.max(forked, record.epoch);
        await outbox.ops.update([record.epoch, record.seq], changes(answer));
      }
    }),
  );
  if (forked) await beginEpoch(context, forked + 1); // somebody else counts with the same numbers
  return noted;
}

const STATUSES: ReadonlySet<string> = new Set(["stored", "duplicate", "fork", "malformed"]);

/** A newer province may say what this desk has never heard of: nothing counts as stored that was not called so. */
function understood(answers: Answer[]): Map<string, Answer> {
  return new Map(answers.filter((answer) => STATUSES.has(answer.status)).map((answer) => [answer.op, answer]));
}

/** A malformed one may be answered without its id; it then stands where it stood in the batch. */
function unnamed(answers: Answer[], at: number): Answer | undefined {
  const answer = answers[at];
  return answer && !answer.op && answer.status === "malformed" ? answer : undefined;
}

function changes(answer: Answer): Partial<OperationRecord> {
  if (answer.status === "malformed") return { trouble: "malformed" };
  return {
    stored: 1,
    number: answer.number ?? null,
    outcome: answer.outcome ?? null,
    case: answer.case ?? null,
    trouble: answer.status === "fork" ? "fork" : "",
  };
}

async function noteForeign(context: Context, records: ForeignRecord[], answers: Answer[]): Promise<number> {
  const byOp = understood(answers);
  let noted = 0;
  await context.stores.out((outbox) =>
    outbox.transaction("rw", outbox.foreign, async () => {
      for (const [at, record] of records.entries()) {
        const answer = byOp.get(record.op) ?? unnamed(answers, at);
        if (!answer) continue;
        noted++;
        const isMalformed = answer.status === "malformed";
        await outbox.foreign.update(record.op, isMalformed ? { trouble: "malformed" } : { stored: 1, trouble: "" });
      }
    }),
  );
  return noted;
}
