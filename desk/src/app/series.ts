// Another desk's acts as a series of QR codes: collected in any order, taken in when the last one has come.
import { joinSeries } from "../core/index.ts";
import { words } from "../words/index.svelte.ts";
import { number } from "./format.ts";
import { desk } from "./live.svelte.ts";
import { signal } from "./signals.svelte.ts";

const PART = /^GS1 (\S+) (\d+)\/(\d+) /;
let parts = new Map<string, string>();
let series = "";

/** "other" where the code is no part of a series; else what to say about it. Raises DeskError. */
export async function takePart(code: string): Promise<string> {
  const found = PART.exec(code);
  if (!found) return "other";
  const [, name = "", at = "", of = ""] = found;
  if (name !== series) [series, parts] = [name, new Map()];
  parts.set(at, code);
  signal("done");
  if (parts.size < Number(of)) return words().scan.series(number(parts.size), number(Number(of)));
  const file = await joinSeries([...parts.values()]);
  parts = new Map();
  series = "";
  if (!file) return "other";
  const taken = await desk().importFile(file);
  return words().waiting.taken_in(number(taken.operations), number(taken.known));
}
