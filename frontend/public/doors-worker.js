/*
 * Opens the gate's page and the pass without network. It keeps the page (which names nobody) and its hashed files, and
 * never touches the API: what is personal stays out of here. One cache per scope; a new VERSION drops the old ones.
 */
const VERSION = "1";
const PREFIX = `doors:${new URL(self.registration.scope).pathname}:`;
const CACHE = PREFIX + VERSION;
const SHELL = "/__page";
const PATIENCE_MS = 4000;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== CACHE));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

/* The page says what it is made of, once all of it is loaded. */
self.addEventListener("message", (event) => {
  const port = event.ports[0];
  event.waitUntil(
    keep(event.data.page, event.data.files).then(
      () => port.postMessage(true),
      () => port.postMessage(false),
    ),
  );
});

async function keep(page, files) {
  const cache = await caches.open(CACHE);
  const own = files.filter((path) => path.startsWith("/static/"));
  // Without the session's cookie, so that nothing of a person can be in it.
  const shell = await fetch(page, { credentials: "omit", cache: "no-store" });
  if (!shell.ok) throw new Error("no page");
  await Promise.all(own.map(async (path) => (await cache.match(path)) || cache.add(path)));
  await cache.put(SHELL, shell);
  const wanted = new Set([SHELL, ...own]);
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(pageFrom(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(fileFrom(request));
});

async function pageFrom(request) {
  const kept = async () => (await caches.open(CACHE)).match(SHELL);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS)).then(kept);
  const fresh = fetch(request).catch(() => undefined);
  return (await Promise.race([fresh.then((reply) => reply || kept()), late])) || (await fresh) || Response.error();
}

/* File names carry a hash of what is in them, so a kept one is never stale. */
async function fileFrom(request) {
  return (await (await caches.open(CACHE)).match(request)) || fetch(request);
}
