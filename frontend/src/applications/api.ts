import type { MyStartOut, StartHereOut, StartOut, StartWordIn } from "@/http/schema.gen";
import type { Filter } from "@/applications/inbox";
import type {
  AccountClosedOut,
  ApplicationOut,
  ConsentSheetOut,
  ConsentsOut,
  DataExportOut,
  DataExportsOut,
  DecidedState,
  DecisionOut,
  InboxApplicationOut,
  InboxBrief,
  InboxPage,
  NoteOut,
  ReasonChoice,
  Source,
  UndoneOut,
} from "@/applications/types";
import { commandNow, get } from "@/http/client";
import type { ResumeOut } from "@/http/schema.gen";
import { outbox } from "@/http/pageOutbox";

const HOUR_MS = 3_600_000;

export interface Press {
  positionId: number;
  title: string;
  source: Source;
  sourceRef: string;
  textVersion: string | null;
}

export interface Reason {
  code: string;
  text: string;
}

export const sendingObject = (positionId: number): string => `position:${positionId}`;

/*
 * Both wait in the outbox, because late is still right: an application is wanted until the fair closes (the server
 * refuses it then), and taking one back is wanted whenever it is heard.
 */
export const apply = (press: Press): Promise<ApplicationOut> =>
  outbox.send({
    kind: "apply",
    object: sendingObject(press.positionId),
    path: `/positions/${press.positionId}/applications`,
    body: { resume: "form", source: press.source, source_ref: press.sourceRef, consent_text_version: press.textVersion },
    about: press.title,
    keepMs: 72 * HOUR_MS,
  });

export const withdraw = (application: ApplicationOut): Promise<ApplicationOut> =>
  outbox.send({
    kind: "withdraw",
    object: sendingObject(application.position_id),
    path: `/applications/${application.id}/withdraw`,
    body: {},
    about: `${application.employer_name} · ${application.title}`,
    keepMs: 7 * 24 * HOUR_MS,
  });

export const fetchConsent = (positionId: number): Promise<ConsentSheetOut> => get(`/positions/${positionId}/consent`);
export const fetchApplication = (id: number): Promise<ApplicationOut> => get(`/applications/${id}`);
/** Whether there is a résumé that can be sent. */
export const fetchHasResume = async (): Promise<boolean> => {
  const { missing } = await get<ResumeOut>("/me/resume");
  return Object.keys(missing).length === 0;
};
export const fetchInboxes = (): Promise<InboxBrief[]> => get("/inboxes");

export const fetchMyConsents = (): Promise<ConsentsOut> => get("/me/consents");
export const fetchExports = (): Promise<DataExportsOut> => get("/me/exports");
export const requestExport = (): Promise<DataExportOut> => commandNow("/me/exports");
export const myDataPath = (id: number): string => `/me/exports/${id}/file`;
export const closeAccount = (): Promise<AccountClosedOut> => commandNow("/me/close");

/*
 * A recruiter's commands are now or never: a decision that arrives later than it was made would surprise both sides.
 */
const inbox = (id: number): string => `/inboxes/${id}`;
export const fetchInboxPage = (id: number, filter: Filter, before: number | null): Promise<InboxPage> => {
  const asked = new URLSearchParams();
  if (filter.state !== "") asked.set("state", filter.state);
  if (filter.position !== null) asked.set("position", String(filter.position));
  if (filter.q.trim() !== "") asked.set("q", filter.q.trim());
  if (before !== null) asked.set("cursor", String(before));
  return get(`${inbox(id)}/applications?${asked.toString()}`);
};
export const fetchReasons = (id: number): Promise<ReasonChoice[]> => get(`${inbox(id)}/reasons`);
export const openApplication = (id: number, applicationId: number): Promise<InboxApplicationOut> =>
  commandNow(`${inbox(id)}/applications/${applicationId}/open`);
export const decide = (id: number, ids: number[], to: DecidedState, reason: Reason): Promise<DecisionOut> =>
  commandNow(`${inbox(id)}/decide`, { ids, to, reason_code: reason.code, reason_text: reason.text });
export const undoDecision = (id: number, decisionId: number): Promise<UndoneOut> =>
  commandNow(`${inbox(id)}/undo`, { decision_id: decisionId });
export const addNote = (id: number, applicationId: number, text: string): Promise<NoteOut> =>
  commandNow(`${inbox(id)}/applications/${applicationId}/notes`, { text });
export const exportPath = (id: number): string => `${inbox(id)}/export.xlsx`;
export const resumeAddress = (id: number, applicationId: number, what: "resume.pdf" | "file"): string =>
  `/api${inbox(id)}/applications/${applicationId}/${what}`;

// From the offer to the thirtieth day. Said now or not at all: what it answers stands in front of the person.
export const fetchMyStarts = (): Promise<MyStartOut[]> => get("/me/starts");
export const sayMyStart = (id: number, stage: StartWordIn["stage"], yes: boolean): Promise<StartOut> => commandNow(`/applications/${id}/start-word`, { stage, yes });
const startPath = (inbox: number, id: number): string => `/inboxes/${inbox}/applications/${id}/start`;
export const fetchStart = (inbox: number, id: number): Promise<StartHereOut> => get(startPath(inbox, id));
export const planStart = (inbox: number, id: number, startsOn: string, contractOn: string | null): Promise<StartOut> =>
  commandNow(startPath(inbox, id), { starts_on: startsOn, contract_on: contractOn });
export const sayStart = (inbox: number, id: number, stage: StartWordIn["stage"], yes: boolean): Promise<StartOut> =>
  commandNow(`${startPath(inbox, id)}-word`, { stage, yes });
