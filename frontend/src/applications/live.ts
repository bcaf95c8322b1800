/**
 * Pure: state + push → state; unknown pushes change nothing. Rows may be applied twice (an HTTP reply goes through the
 * same reducer, with `was` equal to `became`); counts move once, because a topic applies each offset once.
 */
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

function changed(inbox: Inbox, { application, was, became }: InboxChangedPush): Inbox {
  const { id } = application;
  const others = inbox.applications.filter((row) => row.id !== id);
  const applications = [...others, application].sort((one, other) => other.id - one.id).slice(0, NEWEST);
  const counts = { ...inbox.counts };
  if (was !== became) {
    if (was !== null) counts[was] = (counts[was] ?? 0) - 1;
    counts[became] = (counts[became] ?? 0) + 1;
  }
  return { ...inbox, applications, counts, touched: { ...inbox.touched, [id]: application } };
}

function withdrawn(inbox: Inbox, { application_id: id, was }: InboxWithdrawnPush): Inbox {
  const applications = inbox.applications.filter((row) => row.id !== id);
  const counts = { ...inbox.counts, [was]: (inbox.counts[was] ?? 0) - 1 };
  return { ...inbox, applications, counts, touched: { ...inbox.touched, [id]: null } };
}
