/** An error as a sentence for the person in front of the page. */
import { ApiError, NetworkError, NoAnswer } from "@/http/client";
import { Expired } from "@/http/outbox";

type Translate = (key: string, named?: Record<string, unknown>) => string;

export function explain(error: unknown, t: Translate): string {
  if (error instanceof NoAnswer) return t("error.noAnswer");
  if (error instanceof Expired) return t("sending.expired");
  if (error instanceof NetworkError) return t("error.network");
  if (error instanceof ApiError) {
    const text = error.message || t("error.unknown");
    return error.retryAfter !== null && error.status === 429 ? `${text}${t("error.wait", { n: error.retryAfter })}` : text;
  }
  return t("error.unknown");
}
