import { hex, random } from "./bytes";

/** A UUID of version 7 (RFC 9562). Its time is for indexes only; nothing is ever ordered by it. */
export function uuid7(now: number): string {
  const bytes = random(16);
  const time = Math.max(0, Math.floor(now)).toString(16).padStart(12, "0").slice(-12);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const all = time + hex(bytes).slice(12);
  return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join("-");
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const isUuid = (text: unknown): text is string => typeof text === "string" && UUID.test(text);
