/** The words of applications' wire types, by the names the pages use. */
import type { ApplicationOut, DecideIn, InboxRow, StepOut } from "@/http/schema.gen";

export type {
  ApplicationOut,
  ConsentSheetOut,
  DecisionOut,
  EmployersStepOut,
  InboxApplicationOut,
  InboxBrief,
  InboxOut,
  InboxPage,
  InboxRow,
  NoteOut,
  ReasonChoice,
  StepOut,
  UndoneOut,
} from "@/http/schema.gen";

export type ApplicationState = ApplicationOut["state"];
export type InboxState = InboxRow["state"];
export type DecidedState = DecideIn["to"];
export type Source = ApplicationOut["source"];
export type By = StepOut["by"];

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
