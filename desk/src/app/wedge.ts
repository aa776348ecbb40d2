// Scanners that type like a keyboard: many keys in a blink, then Enter, wherever the cursor happens to be.

export const GAP_MS_MAX = 60; // between two keys; a person's fastest are some 80
export const LENGTH_MIN = 4;

interface Key {
  key: string;
  at: number; // ms
}

/** Tells a scanner from fingers. Give it each key; it gives the code when an Enter ends one. */
export class Wedge {
  #keys: Key[] = [];

  press(key: string, at: number): string | null {
    const last = this.#keys.at(-1);
    if (key === "Enter" || key === "Tab") {
      const code = this.#keys.map((one) => one.key).join("");
      const isFast = last !== undefined && at - last.at <= GAP_MS_MAX;
      this.#keys = [];
      return isFast && code.length >= LENGTH_MIN ? code : null;
    }
    if (key.length !== 1) return null; // Shift and its like come between the letters
    if (last && at - last.at > GAP_MS_MAX) this.#keys = [];
    this.#keys.push({ key, at });
    return null;
  }

  /** Whether what is being typed now comes too fast for fingers. */
  get length(): number {
    return this.#keys.length;
  }
}

type Field = HTMLInputElement | HTMLTextAreaElement;

function fieldOf(target: EventTarget | null): Field | null {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
}

/** Hear scanners on the whole page until the returned function is called. `heard` gets what was scanned. */
export function listen(heard: (code: string) => void): () => void {
  const wedge = new Wedge();
  let before = ""; // what stood in the field before the scanner typed into it
  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const field = fieldOf(event.target);
    const length = wedge.length;
    const code = wedge.press(event.key, event.timeStamp);
    if (wedge.length === 1 && length !== 1) before = field?.value ?? "";
    if (code === null || field?.dataset["scan"] !== undefined) return; // the scan box reads its own line
    event.preventDefault();
    event.stopPropagation();
    if (field) {
      field.value = before;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    heard(code);
  };
  addEventListener("keydown", pressed, { capture: true });
  return () => removeEventListener("keydown", pressed, { capture: true });
}
