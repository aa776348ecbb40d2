// How a screen acts: one act after another, what is on the disk is shown and heard, what went wrong is said.
import type { Done } from "../core/types.ts";
import { wordsOf } from "./live.svelte.ts";
import { lineOf, Lines, lookLine, type Line } from "./session.svelte.ts";
import { say, signal } from "./signals.svelte.ts";

export class Acting {
  /** Words for what went wrong last, until the next act. */
  failure = $state("");
  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly lines = new Lines()) {}

  /** A scanner is faster than a disk: acts wait their turn, none overtakes or gets lost. Resolves to whether it went well. */
  act(work: () => Promise<unknown>): Promise<boolean> {
    return this.inTurn(work, (words) => {
      this.failure = words;
      signal("look");
    });
  }

  /** An act with something that was scanned: what could not be done stays on the screen, beside the others. */
  scan(text: string, work: () => Promise<unknown>): Promise<boolean> {
    return this.inTurn(work, (words) => this.look(text, words));
  }

  private inTurn(work: () => Promise<unknown>, failed: (words: string) => void): Promise<boolean> {
    const next = this.last.then(async () => {
      this.failure = "";
      try {
        await work();
        return true;
      } catch (error) {
        failed(wordsOf(error));
        return false;
      }
    });
    this.last = next;
    return next;
  }

  /** It is on the disk: say so. `look` is what a person should look at beside the notices. */
  did(done: Done, title: string, text: string, said = text, look = ""): void {
    this.lines.put(lineOf(done, title, text, look));
    say(said);
    signal(done.notices.length || look ? "look" : "done");
  }

  /** Nothing was done, and why. */
  look(title: string, look: string, anyway?: Line["anyway"]): void {
    this.lines.put(lookLine(title, look, anyway));
    say(look, "assertive");
    signal("look");
  }
}
