/** The wire types of applications. */
export interface ApplicationStep {
  state: ApplicationState;
  at: string;
  by: "you" | "employer" | "system";
  reason: string | null;
}

export type ApplicationState = "submitted" | "opened" | "shortlisted" | "invited" | "offered" | "hired" | "rejected" | "withdrawn";
export type Source = "web" | "booth" | "livestream" | "replay" | "station";

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
  answer_due_at: string | null;
  steps: ApplicationStep[];
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
