// Bytes and their written forms, hashes and gzip: thin names over what every browser since 2023 has.

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const utf8 = (text: string): Bytes => encoder.encode(text);
export const text = (bytes: BufferSource): string => decoder.decode(bytes);

export function hex(bytes: ArrayBuffer | Bytes): string {
  let out = "";
  for (const byte of new Uint8Array(bytes)) out += byte.toString(16).padStart(2, "0");
  return out;
}

export function unhex(written: string): Bytes {
  const bytes = new Uint8Array(written.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = parseInt(written.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

/** Base64url without padding. */
export function base64url(bytes: ArrayBuffer | Bytes): string {
  let binary = "";
  for (const byte of new Uint8Array(bytes)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function join(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export async function sha256(of: string | Bytes): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-256", typeof of === "string" ? utf8(of) : of));
}

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

async function through(bytes: Bytes, stream: CompressionStream | DecompressionStream, most: number): Promise<Bytes> {
  const parts: Bytes[] = [];
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return join(...parts);
    length += value.length;
    if (length > most) {
      await reader.cancel();
      throw new RangeError(`more than ${most} bytes`);
    }
    parts.push(new Uint8Array(value));
  }
}

/** What a file from elsewhere may unpack to: a bomb of a few kilobytes must not fill the memory of a phone. */
export const UNPACKED_MAX = 64 * 1024 * 1024;

export const gzip = (bytes: Bytes): Promise<Bytes> => through(bytes, new CompressionStream("gzip"), Infinity);
/** Rejects with RangeError beyond UNPACKED_MAX, with TypeError where it is no gzip. */
export const gunzip = (bytes: Bytes): Promise<Bytes> => through(bytes, new DecompressionStream("gzip"), UNPACKED_MAX);
export const deflate = (bytes: Bytes): Promise<Bytes> => through(bytes, new CompressionStream("deflate-raw"), Infinity);
export const inflate = (bytes: Bytes): Promise<Bytes> =>
  through(bytes, new DecompressionStream("deflate-raw"), UNPACKED_MAX);
