// Keys that were made here and cannot leave, and what is sealed with them.

import { base64url, hex, random, text, utf8, type Bytes } from "./bytes";
import type { DeviceKeys, Sealed, Stores } from "./stores";

const AES = { name: "AES-GCM", length: 256 } as const;
const SIGNING = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Keys of the device: to sign requests, to seal what names a person, to look sealed rows up. None can be exported. */
export async function makeDeviceKeys(): Promise<DeviceKeys> {
  const [sign, seal, index] = await Promise.all([
    crypto.subtle.generateKey(SIGNING, false, ["sign", "verify"]),
    crypto.subtle.generateKey(AES, false, ["encrypt", "decrypt"]),
    crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
  ]);
  return { name: "device", sign, seal, index };
}

/** The keys of this device, made when they are first asked for. */
export async function deviceKeys(stores: Stores): Promise<DeviceKeys> {
  const known = await stores.out((outbox) => outbox.keys.get("device"));
  if (known) return known;
  const made = await makeDeviceKeys();
  return stores.out((outbox) =>
    outbox.transaction("rw", outbox.keys, async () => {
      const first = await outbox.keys.get("device"); // another tab may have been quicker
      if (!first) await outbox.keys.add(made);
      return first ?? made;
    }),
  );
}

export async function publicKey(keys: DeviceKeys): Promise<string> {
  return base64url(await crypto.subtle.exportKey("spki", keys.sign.publicKey));
}

/** The signature of a request: ECDSA over what is said, raw r‖s, base64url. */
export async function signature(keys: DeviceKeys, said: string): Promise<string> {
  return base64url(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, keys.sign.privateKey, utf8(said)));
}

export async function seal(key: CryptoKey, value: unknown): Promise<Sealed> {
  return sealBytes(key, utf8(JSON.stringify(value)));
}

/** Rejects where the key is another or a bit was changed. */
export async function unseal<T>(key: CryptoKey, sealed: Sealed): Promise<T> {
  return JSON.parse(text(await unsealBytes(key, sealed))) as T;
}

export async function sealBytes(key: CryptoKey, bytes: Bytes): Promise<Sealed> {
  const iv = random(12);
  return { iv, data: await crypto.subtle.encrypt({ name: AES.name, iv }, key, bytes) };
}

export async function unsealBytes(key: CryptoKey, sealed: Sealed): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: AES.name, iv: sealed.iv }, key, sealed.data));
}

/** The key under which a sealed row is found: a card's number must not lie open, and short numbers can be guessed. */
export async function hiddenId(keys: DeviceKeys, id: string): Promise<string> {
  return hex(await crypto.subtle.sign("HMAC", keys.index, utf8(id))).slice(0, 32);
}
