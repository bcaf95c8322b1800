/** This page's outbox. */
import { sendOnce } from "@/http/client";
import { Outbox } from "@/http/outbox";
import { browserStore } from "@/http/outboxStore";
import { serverNow } from "@/lib/clock";

export const outbox = new Outbox({
  store: browserStore(),
  post: ({ path, body, key, actor }) => sendOnce(path, body, key, undefined, actor),
  now: serverNow,
});
