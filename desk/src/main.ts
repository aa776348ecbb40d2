import { mount } from "svelte";
import "../../src/guisach/web/ui/static/ui/base.css";
import "./desk.css";
import App from "./App.svelte";
import { loadPrefs } from "./app/prefs.svelte.ts";
import { keepShell } from "./app/update.svelte.ts";
import { openDesk } from "./core/index.ts";
import { choice } from "./words/index.svelte.ts";

loadPrefs();
mount(App, { target: document.querySelector("#desk")!, props: { open: () => openDesk({ version: __VERSION__, language: choice.language }) } });

// After the desk works: what keeps it for days without a network, and the letters of the family.
const idle = globalThis.requestIdleCallback ?? ((act: () => void) => setTimeout(act, 500));
idle(() => {
  void keepShell();
  void import("./fonts.css");
});
