/** The words of applications' wire types, by the names the pages use. */
import type { ApplicationOut, DecideIn, InboxRow, StepOut } from "@/http/schema.gen";

export type {
  AccountClosedOut,
  ApplicationOut,
  ConsentGivenOut,
  ConsentsOut,
  ConsentSheetOut,
  DataExportOut,
  DataExportsOut,
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
