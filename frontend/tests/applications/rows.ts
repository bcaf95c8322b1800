import type { Inbox } from "@/applications/live";
import type { ApplicationOut, InboxRow } from "@/applications/types";

export function row(id: number, over: Partial<InboxRow> = {}): InboxRow {
  return {
    id,
    receipt: String(id).padStart(6, "0"),
    position_id: 1,
    title: "电工",
    name: "王小明",
    headline: "",
    state: "submitted",
    source: "web",
    source_ref: "",
    submitted_at: "2026-04-11T02:00:00Z",
    opened_at: null,
    answer_due_at: "2026-04-15T10:00:00Z",
    answered_at: null,
    owner_level: "recruiter",
    owner_name: "",
    notes: 0,
    ...over,
  };
}

export function inbox(rows: InboxRow[], counts: Partial<Inbox["counts"]> = {}): Inbox {
  const counted: Record<string, number> = { submitted: 0, opened: 0, shortlisted: 0, invited: 0, offered: 0, hired: 0, rejected: 0 };
  for (const one of rows) counted[one.state] = (counted[one.state] ?? 0) + 1;
  return {
    participation_id: 7,
    employer_name: "示例企业",
    fair_slug: "fair",
    fair_name: "示例招聘会",
    applications: [...rows].sort((one, other) => other.id - one.id).slice(0, 50),
    counts: { ...counted, ...counts } as Inbox["counts"],
  };
}

export function application(over: Partial<ApplicationOut> = {}): ApplicationOut {
  return {
    id: 1,
    receipt: "000001",
    position_id: 3,
    title: "电工",
    employer_name: "示例企业",
    fair_slug: "fair",
    state: "submitted",
    submitted_at: "2026-04-11T02:42:07Z",
    opened_at: null,
    answer_due_at: "2026-04-15T10:00:00Z",
    answered_at: null,
    steps: [{ state: "submitted", at: "2026-04-11T02:42:07Z", by: "you", reason: null }],
    source: "web",
    ...over,
  };
}
