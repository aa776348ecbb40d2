import { day } from "../app/format.ts";
import type { Copy } from "../core/types.ts";
import { words } from "../words/index.svelte.ts";

/** Where a copy is, in one line. */
export function whereabouts(copy: Copy): string {
  const find = words().find;
  const place = copy.loan
    ? copy.loan.reader
      ? find.with_reader(copy.loan.reader.name, day(copy.loan.due))
      : find.with_someone(day(copy.loan.due))
    : copy.trouble
      ? (find.trouble[copy.trouble] ?? copy.trouble)
      : find.on_shelf;
  return [place, copy.shelf && find.shelf(copy.shelf), copy.asideFor && find.aside(copy.asideFor.name)].filter(Boolean).join(" · ");
}
