// Keeps the desk itself (never its data) on the device. Everything under /api/ goes to the network untouched.
import { addPlugins, cleanupOutdatedCaches, precacheAndRoute } from "workbox-precaching";

declare const __SHELL__: { url: string; revision: string | null }[];
declare const __SCANNER__: string[];
declare const self: ServiceWorkerGlobalScope;

const SCANNER_CACHE = "guisach-desk-scanner";

// Django says that its answers vary with the language that was asked for; the desk's page does not. Kept with that
// header, it would not be found again on the day when somebody changes the language of the browser, without a network.
addPlugins([{ cacheWillUpdate: async ({ response }) => (response.ok ? withoutVary(response) : null) }]);
// Whatever stands behind the question mark, the page is the same one.
precacheAndRoute(__SHELL__, { cleanURLs: false, directoryIndex: "", ignoreURLParametersMatching: [/./] });
cleanupOutdatedCaches();

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin || event.request.method !== "GET") return;
  if (__SCANNER__.includes(url.pathname)) event.respondWith(kept(event.request));
});

self.addEventListener("activate", (event) => {
  // A first page is served by this worker at once; what an older one cached of the scanner is of no more use.
  event.waitUntil(Promise.all([self.clients.claim(), forgetOtherScanners()]));
});

self.addEventListener("message", (event) => {
  // A new version waits until somebody says so: nobody's screen changes in the middle of a queue.
  if (event.data === "take-over") void self.skipWaiting();
  if (event.data === "keep-scanner") event.waitUntil(keepScanner());
});

async function withoutVary(response: Response): Promise<Response> {
  const headers = new Headers(response.headers);
  headers.delete("Vary");
  return new Response(await response.blob(), { status: response.status, headers });
}

async function kept(request: Request): Promise<Response> {
  const cache = await caches.open(SCANNER_CACHE);
  const found = await cache.match(request, { ignoreVary: true });
  if (found) return found;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}

async function keepScanner(): Promise<void> {
  for (const url of __SCANNER__) await kept(new Request(url)).catch(() => undefined);
}

async function forgetOtherScanners(): Promise<void> {
  const cache = await caches.open(SCANNER_CACHE);
  for (const request of await cache.keys()) {
    if (!__SCANNER__.includes(new URL(request.url).pathname)) await cache.delete(request);
  }
}
