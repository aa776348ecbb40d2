// One hash over the rows of copies, loans and readers: where it is not the hub's, rows are fetched anew.

import { canonical, byCodePoint, type Json } from "./canonical";
import { sha256 } from "./bytes";

const COVERED: ReadonlySet<string> = new Set(["copy", "loan", "reader"]);

export interface FingerprintRow {
  type: string;
  id: string;
  row: Json;
}

export const isCovered = (type: string): boolean => COVERED.has(type);

/** The line of one row; kept beside the row, so that only what changed is hashed again. */
export async function lineOf(type: string, id: string, row: Json): Promise<string> {
  return `${type} ${id} ${await sha256(canonical(row))}\n`;
}

export function fingerprintOfLines(lines: string[]): Promise<string> {
  return sha256([...lines].sort(byCodePoint).join(""));
}

export async function fingerprintOf(rows: FingerprintRow[]): Promise<string> {
  const covered = rows.filter((one) => isCovered(one.type) && one.row !== null);
  return fingerprintOfLines(await Promise.all(covered.map((one) => lineOf(one.type, one.id, one.row))));
}
