// What somebody likes on this device. In localStorage, because losing it costs nothing.
import { choice, languageOf, type Language } from "../words/index.svelte.ts";

export type Theme = "auto" | "light" | "dark";

const NAME = "guisach-desk-looks";

class Prefs {
  theme = $state<Theme>("auto");
  isHuge = $state(false);
  isLoud = $state(true);
}
export const prefs = new Prefs();

export function loadPrefs(): void {
  let kept: { language?: Language; theme?: Theme; huge?: boolean; loud?: boolean } = {};
  try {
    kept = JSON.parse(localStorage.getItem(NAME) ?? "{}") as typeof kept;
  } catch {
    // no storage, or something else wrote there: as if nothing had been chosen
  }
  choice.language = kept.language === "en" || kept.language === "vi" ? kept.language : languageOf(navigator.languages);
  prefs.theme = kept.theme === "light" || kept.theme === "dark" ? kept.theme : "auto";
  prefs.isHuge = kept.huge === true;
  prefs.isLoud = kept.loud !== false;
  show();
}

/** Keep what was chosen and let the page look like it. */
export function savePrefs(): void {
  try {
    const kept = { language: choice.language, theme: prefs.theme, huge: prefs.isHuge, loud: prefs.isLoud };
    localStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // a browser without storage keeps it until it is closed
  }
  show();
}

function show(): void {
  const page = document.documentElement;
  page.lang = choice.language;
  page.classList.toggle("huge", prefs.isHuge);
  if (prefs.theme === "auto") delete page.dataset["theme"];
  else page.dataset["theme"] = prefs.theme;
}
