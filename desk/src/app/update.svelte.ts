// The service worker: keeps the desk for days without a network, and lets a new version wait until somebody says so.
import { hasOwnReader } from "./camera.ts";

class Shell {
  /** Whether the desk opens with the server gone. */
  isKept = $state(false);
  /** Whether a new version waits. */
  hasNew = $state(false);
}
export const shell = new Shell();

let waiting: ServiceWorker | null = null;

export async function keepShell(): Promise<void> {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  // A page is loaded anew when another worker takes over; the first one of all changes nothing.
  let hasOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hasOne) location.reload();
    hasOne = true;
  });
  const found = await navigator.serviceWorker.register("/desk/sw.js", { updateViaCache: "none" }).catch(() => null);
  if (!found) return; // no network, and none before: tried again at the next start
  watchFor(found);
  found.addEventListener("updatefound", () => watchFor(found));
  const ready = await navigator.serviceWorker.ready;
  shell.isKept = true;
  if (!(await hasOwnReader())) ready.active?.postMessage("keep-scanner");
  const look = () => void found.update().catch(() => undefined);
  setInterval(look, 60 * 60 * 1000);
  addEventListener("online", look);
}

function watchFor(found: ServiceWorkerRegistration): void {
  const offer = () => {
    if (!found.waiting || !found.active) return;
    waiting = found.waiting;
    shell.hasNew = true;
  };
  offer();
  found.installing?.addEventListener("statechange", offer);
}

/** Let the waiting version take over; the page is loaded anew. What waits to be sent lies in the database, untouched. */
export function takeNew(): void {
  waiting?.postMessage("take-over");
}
