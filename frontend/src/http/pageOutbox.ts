/** This page's outbox. */
import { sendOnce } from "@/http/client";
import { Outbox, type Entry } from "@/http/outbox";
import { browserStore } from "@/http/outboxStore";
import { serverNow } from "@/lib/clock";

export const overHttp = ({ path, body, key, actor }: Entry): Promise<unknown> => sendOnce(path, body, key, undefined, actor);
/** Kinds of commands that have a quicker way than HTTP. */
export const carriers = new Map<string, typeof overHttp>();

export const outbox = new Outbox({
  store: browserStore(),
  post: (entry) => (carriers.get(entry.kind) ?? overHttp)(entry),
  now: serverNow,
});
