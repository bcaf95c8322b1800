/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import type { ApplicationOut } from "@/applications/types";
import type { NamedPush } from "@/realtime/topic";

/** As many as a snapshot holds. */
export const NEWEST = 50;

export interface MyApplications {
  applications: ApplicationOut[];
}

/** `user:<id>:applications`: one's applications, the newest first. */
export function reduceMyApplications(mine: MyApplications, push: NamedPush): MyApplications {
  if (push.is !== "applications.my_application_changed") return mine;
  const { application } = push.data as { application: ApplicationOut };
  const others = mine.applications.filter((one) => one.id !== application.id);
  return { applications: [...others, application].sort((one, other) => other.id - one.id).slice(0, NEWEST) };
}
