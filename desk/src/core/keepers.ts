// Who may open the desk. A PIN of six digits, Argon2id, and a key pair for each keeper: the data key is sealed to the
// public halves, so that one keeper who forgot the PIN can begin anew without shutting the others out.

import { random, type Bytes } from "./bytes";
import { seal, sealBytes, unsealBytes } from "./sealing";
import type { DeviceKeys, KeeperRecord, Sealed, Stores } from "./stores";
import { DeskError, type Unlocking } from "./types";

export const TRIES_MAX = 5;

const AES = { name: "AES-GCM", length: 256 } as const;
const BOX = { name: "ECDH", namedCurve: "P-256" } as const;

/** The key over readers' rows. In memory alone, and exportable there, because it is sealed to further keepers. */
export const makeDataKey = (): Promise<CryptoKey> => crypto.subtle.generateKey(AES, true, ["encrypt", "decrypt"]);

/** Throws DeskError `pin_form` unless it is six digits, and not six times the same one or all in a row. */
export function checkPin(pin: string): void {
  const isPlain = /^(\d)\1{5}$/.test(pin) || "01234567890".includes(pin) || "09876543210".includes(pin);
  if (!/^\d{6}$/.test(pin) || isPlain) throw new DeskError("pin_form", "pin");
}

async function keyOfPin(pin: string, salt: Bytes, cost: KeeperRecord["cost"]): Promise<CryptoKey> {
  const { argon2id } = await import("hash-wasm"); // 20 KB that only who unlocks needs
  const raw = await argon2id({
    password: pin,
    salt,
    parallelism: 1,
    iterations: cost.passes,
    memorySize: cost.memory,
    hashLength: 32,
    outputType: "binary",
  });
  return crypto.subtle.importKey("raw", new Uint8Array(raw), AES, false, ["encrypt", "decrypt"]);
}

async function shared(own: CryptoKey, other: CryptoKey): Promise<CryptoKey> {
  return crypto.subtle.deriveKey({ name: BOX.name, public: other }, own, AES, false, ["encrypt", "decrypt"]);
}

/** Seal the data key to a keeper, who need not be there. */
export async function sealDataKey(open: CryptoKey, dataKey: CryptoKey): Promise<KeeperRecord["dataKey"]> {
  const once = await crypto.subtle.generateKey(BOX, true, ["deriveKey"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", dataKey));
  const from = new Uint8Array(await crypto.subtle.exportKey("raw", once.publicKey));
  return { from, sealed: await sealBytes(await shared(once.privateKey, open), raw) };
}

interface Who {
  username: string;
  name: string;
  may: string[];
}

export async function makeKeeper(
  who: Who,
  pin: string,
  cost: KeeperRecord["cost"],
  keys: DeviceKeys,
  dataKey: CryptoKey,
): Promise<KeeperRecord> {
  const pair = await crypto.subtle.generateKey(BOX, true, ["deriveKey"]);
  const salt = random(16);
  const raw = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const inner = await sealBytes(await keyOfPin(pin, salt, cost), raw);
  return {
    ...who,
    salt,
    cost,
    box: await seal(keys.seal, { iv: [...inner.iv], data: [...new Uint8Array(inner.data)] }),
    open: pair.publicKey,
    dataKey: await sealDataKey(pair.publicKey, dataKey),
    tries: 0,
  };
}

/** Look at a PIN. The try is on the disk before it is looked at, so that pulling the plug does not give another. */
export async function openWithPin(
  stores: Stores,
  keys: DeviceKeys,
  username: string,
  pin: string,
): Promise<{ unlocking: Unlocking; keeper: KeeperRecord | null; dataKey: CryptoKey | null }> {
  const keeper = await stores.out((outbox) =>
    outbox.transaction("rw", outbox.keepers, async () => {
      const found = await outbox.keepers.get(username);
      if (!found) throw new DeskError("wiped"); // nobody is ever taken off the list
      if (found.tries >= TRIES_MAX) return null;
      await outbox.keepers.update(username, { tries: found.tries + 1 });
      return { ...found, tries: found.tries + 1 };
    }),
  );
  if (!keeper) return { unlocking: { how: "locked_until_online", left: 0 }, keeper: null, dataKey: null };
  const dataKey = await dataKeyOf(keeper, pin, keys);
  if (!dataKey) {
    const left = TRIES_MAX - keeper.tries;
    return { unlocking: { how: left > 0 ? "wrong" : "locked_until_online", left }, keeper: null, dataKey: null };
  }
  await stores.out((outbox) => outbox.keepers.update(username, { tries: 0 }));
  return { unlocking: { how: "open", left: TRIES_MAX }, keeper: { ...keeper, tries: 0 }, dataKey };
}

async function dataKeyOf(keeper: KeeperRecord, pin: string, keys: DeviceKeys): Promise<CryptoKey | null> {
  const byPin = await keyOfPin(pin, keeper.salt, keeper.cost);
  const outer = JSON.parse(new TextDecoder().decode(await unsealBytes(keys.seal, keeper.box))) as {
    iv: number[];
    data: number[];
  };
  const inner: Sealed = { iv: new Uint8Array(outer.iv), data: new Uint8Array(outer.data).buffer };
  let raw: Bytes;
  try {
    raw = await unsealBytes(byPin, inner);
  } catch {
    return null; // the PIN is another: the seal does not fit
  }
  const own = await crypto.subtle.importKey("pkcs8", raw, BOX, false, ["deriveKey"]);
  const from = await crypto.subtle.importKey("raw", keeper.dataKey.from, BOX, false, []);
  const data = await unsealBytes(await shared(own, from), keeper.dataKey.sealed);
  return crypto.subtle.importKey("raw", data, AES, true, ["encrypt", "decrypt"]);
}
