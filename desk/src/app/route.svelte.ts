// Which screen is open stands behind the # of the address: the back button works, and nothing is asked of a server.
import { tick } from "svelte";

export const SCREENS = ["lend", "return", "find", "count", "more", "join", "note", "waiting", "cases", "settings", "keepers", "wish"] as const;
export type Screen = (typeof SCREENS)[number];

class Route {
  screen = $state<Screen>("lend");
  /** What the screen is about: a reader's id, a barcode. */
  about = $state<Record<string, string>>({});
}
export const route = new Route();

export function readRoute(): void {
  const [name = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  route.screen = SCREENS.find((screen) => screen === name) ?? "lend";
  route.about = Object.fromEntries(new URLSearchParams(query));
}

const CODE = "guisach-desk-code";

/** The code of the address that a QR code opened. It is taken out of the address, so that no history keeps it, and a reload has it still. */
export function takeCode(): string {
  const code = /^#enrol=([0-9A-Za-z-]+)$/.exec(location.hash)?.[1];
  if (code) {
    sessionStorage.setItem(CODE, code);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(CODE) ?? "";
}

export function forgetCode(): void {
  sessionStorage.removeItem(CODE);
}

export function address(screen: Screen, about: Record<string, string> = {}): string {
  const query = new URLSearchParams(about).toString();
  return `#/${screen}${query ? `?${query}` : ""}`;
}

export function go(screen: Screen, about: Record<string, string> = {}): void {
  location.hash = address(screen, about);
}

/** After another screen has come, its heading has the focus, so that keyboard and screen reader begin there. */
export async function focusHeading(): Promise<void> {
  await tick();
  scrollTo(0, 0);
  document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
}
