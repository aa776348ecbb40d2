import type { Words } from "./index.svelte.ts";

export const en: Words = {
  desk: "Desk",
  start_title: "This device is not yet a desk of any place",
  start_what: "At the place, open Work → Devices and scan the QR code there. Once, with a network.",
};
