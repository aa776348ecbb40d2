// Who comes in: the device by a code, a keeper by a password once and by a PIN from then on.

import type { Context } from "./context";
import { deviceMark, joinedRow } from "./context";
import { DESK } from "./env";
import { uuid7 } from "./ids";
import { beginHead, headIn } from "./outbox";
import { checkPin, makeDataKey, makeKeeper, openWithPin, sealDataKey } from "./keepers";
import type { Known } from "./known";
import { deviceKeys, publicKey } from "./sealing";
import type { KeeperRecord } from "./stores";
import { Wire, WireError } from "../sync/wire";
import { DeskError, type Keeper, type Place, type Unlocking } from "./types";

const keeperOf = ({ username, name, may }: KeeperRecord): Keeper => ({ username, name, may });

interface Enrolled {
  device: string;
  credential: string;
  expires: string;
  place: Omit<Place, "mode"> & { mode?: Place["mode"] };
}

function asDeskError(error: unknown): unknown {
  return error instanceof WireError ? new DeskError(error.code) : error;
}

/** The id that a device asks to be enrolled under is kept until it is answered: an answer may be lost on the way. */
export async function enrol(context: Context, code: string): Promise<void> {
  if (context.enrolment) throw new DeskError("enrolled_already");
  const { stores, env } = context;
  context.keys = await deviceKeys(stores);
  const device = (await stores.setting<string>("device")) ?? uuid7(env.now());
  await stores.keep("device", device);
  const wish = { code: code.trim().toUpperCase(), device, key: await publicKey(context.keys), label: labelOf(), desk: DESK };
  let enrolled: Enrolled;
  try {
    enrolled = await new Wire(context).post<Enrolled>("/api/v1/sync/enrol", wish, false);
  } catch (error) {
    // The id belongs to another key, or to a device that was told to stop: the next try is somebody new.
    if (error instanceof WireError && error.code === "device_taken") await stores.keep("device", uuid7(env.now()));
    throw asDeskError(error);
  }
  const { credential, expires, place } = enrolled;
  const enrolment = { device: enrolled.device, credential, expires, place: { mode: "STAFFED" as const, ...place } };
  await stores.out((outbox) =>
    outbox.transaction("rw", outbox.settings, outbox.head, async () => {
      await beginHead(outbox);
      await outbox.settings.bulkPut([
        { key: "enrolment", value: enrolment },
        { key: "clock", value: context.clock.kept },
      ]);
    }),
  );
  context.enrolment = enrolment; // not before: an enrolled device has its outbox
  env.marks?.setItem(deviceMark(env.prefix), enrolled.device);
  context.tellOtherTabs("settings");
  context.show({ what: "idle" });
}

function labelOf(): string {
  const agent = (globalThis.navigator as Navigator | undefined)?.userAgent ?? "";
  const system = /Android [\d.]+|Windows NT [\d.]+|iPhone OS [\d_]+|Mac OS X [\d_.]+|CrOS|Linux/.exec(agent)?.[0] ?? "";
  const browser = /(?:Edg|Chrome|Firefox|Version)\/\d+/.exec(agent)?.[0] ?? "";
  return [system, browser.replace("/", " ")].filter(Boolean).join(", ").slice(0, 80);
}

/**
 * A keeper proves by a password, online, who they are, and chooses a PIN. While another keeper has the desk open, the
 * key over readers' rows is sealed to the new one too; otherwise there is a new key, sealed to all keepers, and the
 * rows under the old one are fetched anew.
 */
export async function addKeeper(
  context: Context,
  known: Known,
  username: string,
  password: string,
  pin: string,
): Promise<Keeper> {
  checkPin(pin);
  const { stores, keys, env } = context;
  if (!keys || !context.enrolment) throw new DeskError("not_enrolled");
  await stores.out(headIn);
  let who: Keeper;
  try {
    who = await new Wire(context).post<Keeper>("/api/v1/sync/keepers", { username, password });
  } catch (error) {
    throw asDeskError(error);
  }
  const isNewKey = context.dataKey === null;
  const dataKey = context.dataKey ?? (await makeDataKey());
  const person = { username: who.username, name: who.name, may: [...who.may] };
  const made = await makeKeeper(person, pin, env.pinCost, keys, dataKey);
  const others = isNewKey ? await stores.out((outbox) => outbox.keepers.toArray()) : [];
  const resealed = await Promise.all(
    others.map(async (one) => ({ ...one, dataKey: await sealDataKey(one.open, dataKey) })),
  );
  await stores.out((outbox) => outbox.keepers.bulkPut([...resealed, made]));
  if (isNewKey && others.length) await fetchPeopleAnew(context, known);
  await loadKeepers(context);
  context.tellOtherTabs("settings");
  if (!context.keeper || isNewKey) await comeIn(context, known, made, dataKey);
  return keeperOf(made);
}

/** Rows under a key that nobody has any more are of no use: the feed begins anew. */
async function fetchPeopleAnew(context: Context, known: Known): Promise<void> {
  const state = await known.feedState();
  await context.stores.cached((cache) => cache.rows.filter((row) => row.by === "data").delete());
  await known.take([], { ...state, cursor: "" });
}

export async function loadKeepers(context: Context): Promise<void> {
  const records = await context.stores.out((outbox) => outbox.keepers.toArray());
  context.keepers = records.map(keeperOf).sort((one, other) => one.name.localeCompare(other.name, "vi"));
}

export async function unlock(context: Context, known: Known, username: string, pin: string): Promise<Unlocking> {
  if (!context.keys) throw new DeskError("not_enrolled");
  if (context.isRevoked) throw new DeskError("revoked");
  const { unlocking, keeper, dataKey } = await openWithPin(context.stores, context.keys, username, pin);
  if (keeper && dataKey) await comeIn(context, known, keeper, dataKey);
  return unlocking;
}

async function comeIn(context: Context, known: Known, keeper: KeeperRecord, dataKey: CryptoKey): Promise<void> {
  const wasOpen = context.dataKey !== null;
  context.dataKey = dataKey;
  context.keeper = keeperOf(keeper);
  if (!wasOpen) {
    await known.loadPeople();
    await rememberJoined(context);
  }
  context.changed();
}

/** Who joined on this desk and is not in the province's rows yet. */
async function rememberJoined(context: Context): Promise<void> {
  const records = await context.stores.out((outbox) =>
    outbox.ops.where("shown").equals(1).filter((one) => one.body["kind"] === "join").toArray(),
  );
  for (const record of records) {
    const personal = await context.personal(record.sealed);
    if (personal) context.view.rejoin(record.op, joinedRow(record, personal));
  }
}

/** Names leave the memory; nothing is deleted. */
export function lock(context: Context, known: Known): void {
  context.dataKey = null;
  context.keeper = null;
  known.forgetPeople();
  context.changed();
}
