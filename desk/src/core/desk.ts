// The door: what the screens see, put together.

import * as acts from "./acts";
import * as asking from "./asking";
import * as carrying from "./carrying";
import { DeskClock, type Measured } from "./clock";
import { Context, deviceMark, type Contact, type Enrolment } from "./context";
import * as doors from "./doors";
import { environment, type Options } from "./env";
import { Known } from "./known";
import { beginHead, isLoss, reloadWaiting } from "./outbox";
import { Stores } from "./stores";
import type { Desk, Done } from "./types";
import { View } from "./view";
import { Loop } from "../sync/loop";

const FOUND_MAX = 20;
const ENTRIES_MAX = 200;

/** A desk that can be closed: tests and a page that goes away. */
export interface OpenDesk extends Desk {
  close(): void;
}

/** Open the desk of this browser profile: what it has on its disk, whether or not there is a network. */
export async function openDesk(options: Options = {}): Promise<OpenDesk> {
  const env = environment(options);
  const stores = new Stores(env.prefix);
  const context = new Context(env, stores, new DeskClock(env, null), new View());
  const known = new Known(context);
  await loadSettings(context);
  await known.load();
  await reloadWaiting(context);
  await context.recount();
  const loop = new Loop(context, known, () => wipe(context));
  followOtherTabs(context, known);
  loop.start();
  return doorOf(context, known, loop);
}

async function loadSettings(context: Context): Promise<void> {
  const { stores, env } = context;
  const settings = new Map((await stores.out((outbox) => outbox.settings.toArray())).map((one) => [one.key, one.value]));
  context.keys = (await stores.out((outbox) => outbox.keys.get("device"))) ?? null;
  context.enrolment = (settings.get("enrolment") as Enrolment | undefined) ?? null;
  context.contact = (settings.get("contact") as Contact | undefined) ?? null;
  context.isRevoked = settings.get("revoked") === true;
  context.clock.remember((settings.get("clock") as Measured | undefined) ?? null);
  await doors.loadKeepers(context);
  if (context.enrolment) await stores.out(beginHead);
  else if (env.marks?.getItem(deviceMark(env.prefix))) context.tellLoss();
}

function followOtherTabs(context: Context, known: Known): void {
  context.onOtherTab = (what) => {
    const follow = async (): Promise<void> => {
      if (what === "settings") await loadSettings(context);
      else if (what === "rows") await known.load();
      if (what !== "settings") await reloadWaiting(context);
      await context.recount();
      context.changed();
    };
    follow().catch(() => undefined); // this tab is closing, or the database is; it reads anew when it opens
  };
}

/** A revoked device whose operations are all safe: nothing stays. */
async function wipe(context: Context): Promise<void> {
  await context.stores.wipe();
  context.env.marks?.removeItem(deviceMark(context.env.prefix));
  context.forget();
  context.show({ what: "idle", reason: "revoked_and_wiped" });
}

function doorOf(context: Context, known: Known, loop: Loop): OpenDesk {
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      if (isLoss(error)) context.tellLoss();
      throw error;
    }
  };
  const acted = async (done: Promise<Done>): Promise<Done> => {
    const result = await guarded(done);
    loop.nudge();
    return result;
  };
  return {
    state: () => context.state(),
    subscribe: (listener) => context.subscribe(listener),

    async enrol(code) {
      await doors.enrol(context, code);
      loop.nudge();
    },
    async addKeeper(username, password, pin) {
      const keeper = await guarded(doors.addKeeper(context, known, username, password, pin));
      loop.nudge();
      return keeper;
    },
    unlock: (username, pin) => guarded(doors.unlock(context, known, username, pin)),
    lock: () => doors.lock(context, known),

    findReaders: async (text, limit = FOUND_MAX) => asking.findReaders(context, text, limit),
    findTitles: async (text, limit = FOUND_MAX) => asking.findTitles(context, text, limit),
    copiesOf: async (title) => context.view.copiesOf(title).map((copy) => asking.copyOf(context, copy)),
    copy: async (barcode) => asking.copy(context, barcode),
    reader: async (id) => asking.readerCard(context, id),
    loansOf: async (reader) => context.view.loansOf(reader).map((copy) => asking.copyOf(context, copy)),
    recognise: async (text) => asking.recognise(context, text),

    lend: (copy, reader) => acted(acts.lend(context, copy, reader)),
    giveBack: (copy) => acted(acts.giveBack(context, copy)),
    renew: (copy) => acted(acts.renew(context, copy)),
    sight: (copy) => acted(acts.sight(context, copy)),
    use: (copy) => acted(acts.use(context, copy)),
    join: (person) => acted(acts.join(context, person)),
    countVisits: (counts) => acted(acts.countVisits(context, counts)),
    countShelf: (uses) => acted(acts.countShelf(context, uses)),
    countAttendance: (event, counts) => acted(acts.countAttendance(context, event, counts)),
    attend: (event, reader) => acted(acts.attend(context, event, reader)),
    events: async () => [...context.view.events].map(([id, { name, on }]) => ({ id, name, on })).sort((a, b) => (a.on < b.on ? -1 : 1)),
    note: (text, about = {}) => acted(acts.note(context, text, about)),
    wish: (reader, wanted) => acted(acts.wish(context, reader, wanted)),
    undo: (op) => acted(acts.undo(context, op)),
    settle: (caseId, decision, reason) => acted(acts.settle(context, caseId, decision, reason)),

    ticks: (ops) => asking.ticks(context, ops),
    entries: (limit = ENTRIES_MAX) => asking.entries(context, limit),
    cases: async () => asking.cases(context),
    health: () => asking.health(context),
    askToPersist: async () => (await context.env.storage?.persist().catch(() => false)) ?? false,

    syncNow: async () => void (await loop.run()),
    exportFile: () => guarded(carrying.exportFile(context)),
    async importFile(file) {
      const result = await guarded(carrying.importFile(context, file));
      loop.nudge();
      return result;
    },
    qrSeries: () => guarded(carrying.qrSeries(context)),

    close() {
      loop.stop();
      context.close();
    },
  };
}
