/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import type { InboxRow } from "@/applications/types";
import type { InboxChangedPush, InboxOut, InboxWithdrawnPush, MyApplicationsOut, Pushes } from "@/realtime/protocol.gen";

/** Any push of this product, told apart by its name. */
export type Push = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

/** As many as a snapshot holds. */
export const NEWEST = 50;

/** `user:<id>:applications`: one's applications, the newest first. */
export function reduceMyApplications(mine: MyApplicationsOut, push: Push): MyApplicationsOut {
  if (push.is !== "applications.my_application_changed") return mine;
  const { application } = push.data;
  const others = mine.applications.filter((one) => one.id !== application.id);
  return { applications: [...others, application].sort((one, other) => other.id - one.id).slice(0, NEWEST) };
}

/** `touched` is what pushes told since the snapshot, also of rows too old for it; null is gone. */
export interface Inbox extends InboxOut {
  touched?: Record<number, InboxRow | null>;
}

/** `inbox:<participation>`: the newest applications and how many stand where. */
export function reduceInbox(inbox: Inbox, push: Push): Inbox {
  if (push.is === "applications.inbox_changed") return changed(inbox, push.data);
  return push.is === "applications.inbox_withdrawn" ? withdrawn(inbox, push.data) : inbox;
}

/** The row as this state holds it: undefined where it is too old to be known, null once it is gone. */
export function rowIn(inbox: Inbox, id: number): InboxRow | null | undefined {
  return inbox.applications.find((row) => row.id === id) ?? inbox.touched?.[id];
}

function changed(inbox: Inbox, { application, was, became }: InboxChangedPush): Inbox {
  const { id } = application;
  const others = inbox.applications.filter((row) => row.id !== id);
  const applications = [...others, application].sort((one, other) => other.id - one.id).slice(0, NEWEST);
  const isTold = rowIn(inbox, id)?.state === became;
  const counts = isTold || was === became ? inbox.counts : moved(inbox.counts, was, became);
  return { ...inbox, applications, counts, touched: { ...inbox.touched, [id]: application } };
}

function withdrawn(inbox: Inbox, { application_id: id, was }: InboxWithdrawnPush): Inbox {
  const applications = inbox.applications.filter((row) => row.id !== id);
  const counts = rowIn(inbox, id) === null ? inbox.counts : moved(inbox.counts, was, null);
  return { ...inbox, applications, counts, touched: { ...inbox.touched, [id]: null } };
}

function moved(counts: Inbox["counts"], was: string | null, became: string | null): Inbox["counts"] {
  const next = { ...counts };
  if (was !== null) next[was] = (next[was] ?? 0) - 1;
  if (became !== null) next[became] = (next[became] ?? 0) + 1;
  return next;
}
