// When a device may forget: only what the province has in a backup, and not at once.

import type { Context } from "../core/context";
import type { BackedUp } from "./uploading";

const KEPT_MS = 90 * 86_400_000;

/** Forget own operations that are in a backup and older than 90 days, and others' as long after they were passed on. */
export async function forget(context: Context, backedUp: BackedUp): Promise<void> {
  const before = context.notBefore(context.clock.read().at) - KEPT_MS;
  await context.stores.out((outbox) =>
    outbox.transaction("rw", outbox.ops, outbox.foreign, async () => {
      for (const [epoch, through] of backedUp) {
        await outbox.ops
          .where("[epoch+seq]")
          .between([epoch, 0], [epoch, through], true, true)
          .filter((one) => one.stored === 1 && one.shown === 0 && one.at < before)
          .delete();
      }
      await outbox.foreign.where("stored").equals(1).filter((one) => one.taken < before).delete();
    }),
  );
}

/** A revoked device may go once the province has everything of it, in a backup. */
export async function mayWipe(context: Context, backedUp: BackedUp): Promise<boolean> {
  return context.stores.out((outbox) =>
    outbox.transaction("r", outbox.ops, outbox.foreign, async () => {
      if (await outbox.ops.where("stored").equals(0).count()) return false;
      if (await outbox.foreign.where("stored").equals(0).count()) return false;
      const beyond = await outbox.ops.filter((one) => one.seq > (backedUp.get(one.epoch) ?? 0)).count();
      return beyond === 0;
    }),
  );
}
