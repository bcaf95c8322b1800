/** The wire types of applications. */
export type InboxState = "submitted" | "opened" | "shortlisted" | "invited" | "offered" | "hired" | "rejected";
export type DecidedState = Exclude<InboxState, "submitted" | "opened">;
export type ApplicationState = InboxState | "withdrawn";
export type Source = "web" | "booth" | "livestream" | "replay" | "station";
export type By = "you" | "employer" | "system";

export interface ReasonOut {
  code: string;
  label: string;
  text: string;
}

export interface StepOut {
  state: ApplicationState;
  at: string;
  by: By;
  reason: ReasonOut | null;
}

export interface ApplicationOut {
  id: number;
  receipt: string;
  position_id: number;
  title: string;
  employer_name: string;
  fair_slug: string;
  state: ApplicationState;
  submitted_at: string;
  opened_at: string | null;
  answer_due_at: string;
  answered_at: string | null;
  steps: StepOut[];
  source: Source;
}

export interface ConsentSheetOut {
  employer_id: number;
  employer_name: string;
  contact: string;
  purpose: string;
  fields: string[];
  text_version: string;
  text: string;
  given_at: string | null;
}

export interface InboxRow {
  id: number;
  receipt: string;
  position_id: number;
  title: string;
  name: string;
  headline: string;
  state: InboxState;
  source: Source;
  source_ref: string;
  submitted_at: string;
  opened_at: string | null;
  answer_due_at: string;
  answered_at: string | null;
  owner_level: "recruiter" | "booth" | "organiser";
  owner_name: string;
  notes: number;
}

export interface InboxOut {
  participation_id: number;
  employer_name: string;
  fair_slug: string;
  fair_name: string;
  applications: InboxRow[];
  counts: Record<InboxState, number>;
}

export interface InboxPage {
  items: InboxRow[];
  next: number | null;
}

export interface InboxBrief {
  participation_id: number;
  employer_id: number;
  employer_name: string;
  fair_slug: string;
  fair_name: string;
  unopened: number;
  overdue: number;
}

export interface EmployersStepOut {
  state: ApplicationState;
  at: string;
  by: By;
  who: string;
  told_at: string | null;
  reason: ReasonOut | null;
}

export interface NoteOut {
  id: number;
  at: string;
  who: string;
  text: string;
}

export interface InboxApplicationOut {
  application: InboxRow;
  phone: string;
  steps: EmployersStepOut[];
  notes: NoteOut[];
  may_become: DecidedState[];
}

export interface DecisionOut {
  decision_id: number;
  to: DecidedState;
  settles_at: string;
  changed: number[];
  refused: { id: number; code: string; message: string }[];
}

export interface UndoneOut {
  decision_id: number;
  restored: number[];
}

export interface ReasonChoice {
  code: string;
  label: string;
}

export interface DataExportOut {
  id: number;
  requested_at: string;
  ready_at: string | null;
  expires_at: string;
  size: number;
}

export interface ConsentGivenOut {
  employer_id: number;
  employer_name: string;
  text_version: string;
  given_at: string;
}

export interface AccountClosedOut {
  closed_at: string;
  kept_until: string;
}
