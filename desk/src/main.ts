import { mount } from "svelte";
import "../../src/guisach/web/ui/static/ui/base.css";
import App from "./App.svelte";
import { choice, languageOf } from "./words/index.svelte.ts";

choice.language = languageOf(navigator.languages);
mount(App, { target: document.querySelector("#desk")! });
if ("serviceWorker" in navigator && import.meta.env.PROD) void navigator.serviceWorker.register("/desk/sw.js");
