/** Have a page open without network: its worker keeps the page's own files, and nothing that the API answers. */
const WORKER = "/doors-worker.js";

/** False where there can be none: over plain HTTP and in some in-app browsers. The page says so. */
export function canWorkOffline(): boolean {
  return "serviceWorker" in navigator && window.isSecureContext;
}

/** Call once the page and what it loads late are there. */
export async function keepOffline(scope: string): Promise<boolean> {
  if (!canWorkOffline()) return false;
  try {
    const registration = await navigator.serviceWorker.register(WORKER, { scope });
    const worker = registration.active ?? registration.waiting ?? registration.installing;
    if (worker === null) return false;
    return await asked(worker, { page: location.pathname, files: loadedFiles() });
  } catch {
    return false;
  }
}

function loadedFiles(): string[] {
  const names = performance.getEntriesByType("resource").map((entry) => new URL(entry.name));
  const own = names.filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/"));
  return [...new Set(own.map((url) => url.pathname))];
}

function asked(worker: ServiceWorker, message: unknown): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve(false);
    }, 20_000);
    port1.onmessage = (event: MessageEvent<boolean>) => {
      resolve(event.data);
    };
    worker.postMessage(message, [port2]);
  });
}
