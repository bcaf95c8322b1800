/** A file behind the session: a refusal is an ApiError like any other, not a page of JSON. */
import { NetworkError, refusal } from "@/http/client";

export async function download(path: string, otherwise: string): Promise<void> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, { credentials: "same-origin", cache: "no-store", headers: { "Accept-Language": document.documentElement.lang } });
  } catch {
    throw new NetworkError();
  }
  if (!response.ok) throw await refusal(response);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = nameIn(response.headers.get("Content-Disposition")) ?? otherwise;
  link.click();
  // The browser has taken it over by then.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 60_000);
}

/** RFC 6266: `filename*` says it in UTF-8. */
export function nameIn(disposition: string | null): string | null {
  const wide = /filename\*=utf-8''([^;]+)/i.exec(disposition ?? "")?.[1];
  if (wide !== undefined) return decodeURIComponent(wide);
  return /filename="?([^";]+)"?/i.exec(disposition ?? "")?.[1] ?? null;
}
