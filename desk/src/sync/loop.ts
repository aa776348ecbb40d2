// When to talk to the province: at the start, after each operation, when the line comes back, when somebody looks, and
// now and then. Whatever happens here, nobody at the desk waits for it.

import type { Context } from "../core/context";
import type { Known } from "../core/known";
import { isLoss, reloadWaiting } from "../core/outbox";
import { isQuota } from "../core/stores";
import { DeskError } from "../core/types";
import { dropPeople, receive } from "./downloading";
import { forget, mayWipe } from "./ending";
import { greet, sendAll } from "./uploading";
import { Wire, WireError } from "./wire";

const AFTER_OPERATION_MS = 2_000;
const EVERY_MS = 5 * 60_000;
const RETRY_FIRST_MS = 15_000;
const RETRY_MAX_MS = 15 * 60_000;

export class Loop {
  private readonly wire: Wire;
  private running: Promise<boolean> | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private failures = 0;
  private isAgain = false;
  private isClosed = false;
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly context: Context,
    private readonly known: Known,
    private readonly wiped: () => Promise<void>,
  ) {
    this.wire = new Wire(context);
  }

  start(): void {
    if (!this.context.env.isLooping) return;
    const now = (): void => void this.run();
    this.listen(globalThis, "online", now);
    if (typeof document !== "undefined") {
      this.listen(document, "visibilitychange", () => document.visibilityState === "visible" && now());
      this.listen(document, "resume", now);
    }
    this.schedule(0);
  }

  private listen(target: unknown, name: string, act: () => unknown): void {
    const source = target as Partial<EventTarget>;
    if (!source.addEventListener || !source.removeEventListener) return;
    source.addEventListener(name, act);
    this.undo.push(() => source.removeEventListener?.(name, act));
  }

  stop(): void {
    this.isClosed = true;
    if (this.timer) clearTimeout(this.timer);
    for (const undo of this.undo) undo();
  }

  /** Something waits; several acts in a row go together. */
  nudge(): void {
    if (!this.context.env.isLooping) return;
    if (this.running) this.isAgain = true;
    else this.schedule(AFTER_OPERATION_MS);
  }

  private schedule(after: number): void {
    if (this.isClosed) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run(), after);
    (this.timer as unknown as { unref?: () => void }).unref?.();
  }

  /** One whole exchange; the one under way, if there is one. Resolves to whether it went well; never rejects. */
  async run(): Promise<boolean> {
    if (this.running) return this.running;
    this.running = this.exchangeAlone();
    const isWell = await this.running;
    this.running = null;
    if (this.context.env.isLooping && this.context.enrolment) this.next(isWell);
    return isWell;
  }

  private next(isWell: boolean): void {
    this.failures = isWell ? 0 : this.failures + 1;
    const base = isWell ? EVERY_MS : Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (this.failures - 1));
    const after = this.isAgain && isWell ? AFTER_OPERATION_MS : base * (0.7 + 0.6 * Math.random());
    this.isAgain = false;
    if (!isWell) {
      const nextTry = new Date(this.context.env.now() + after).toISOString();
      this.context.show({ ...this.context.progress, nextTry });
    }
    this.schedule(after);
  }

  private async exchangeAlone(): Promise<boolean> {
    const { env } = this.context;
    if (!this.context.enrolment) return true;
    if (!env.locks) return this.exchange();
    // Another tab that is at it does it for this one too.
    return env.locks.request(`${env.prefix}-sync`, { ifAvailable: true }, async (lock) => (lock ? this.exchange() : true));
  }

  private async exchange(): Promise<boolean> {
    const { context, wire, known } = this;
    try {
      context.show({ what: "sending", done: 0, of: context.counted.count - context.counted.tooLarge });
      const wasRevoked = context.isRevoked;
      const backedUp = await greet(context, wire);
      await context.recount();
      await sendAll(context, wire);
      if (!context.isRevoked) await receive(context, wire, known);
      if (context.isRevoked) {
        if (!wasRevoked) await dropPeople(context, known);
        if (await mayWipe(context, backedUp)) {
          await this.wiped();
          return true;
        }
      }
      await forget(context, backedUp);
      context.tellOtherTabs("rows");
      context.show({ what: "idle" });
      return true;
    } catch (error) {
      if (isLoss(error)) {
        context.tellLoss();
        return false;
      }
      const reason = reasonOf(error);
      await context.recount().catch(() => undefined);
      await reloadWaiting(context).catch(() => undefined);
      context.show({ what: "failed", reason });
      return false;
    }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof WireError || error instanceof DeskError) return error.code;
  if (isQuota(error)) return "quota"; // no room for the rows: what waits is on the disk, and is sent
  return (error as Error | null)?.name ?? "error";
}
