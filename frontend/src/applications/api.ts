import type { AccountClosedOut, ApplicationOut, ConsentGivenOut, ConsentSheetOut, DataExportOut, InboxBrief, Source } from "@/applications/types";
import { commandNow, get } from "@/http/client";
import { outbox } from "@/http/pageOutbox";

const HOUR_MS = 3_600_000;

export interface Press {
  positionId: number;
  title: string;
  source: Source;
  sourceRef: string;
  textVersion: string | null;
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
  const { missing } = await get<{ missing: string[] }>("/me/resume");
  return missing.length === 0;
};
export const fetchInboxes = (): Promise<InboxBrief[]> => get("/inboxes");

export const fetchMyConsents = (): Promise<{ consents: ConsentGivenOut[] }> => get("/me/consents");
export const fetchExports = (): Promise<{ exports: DataExportOut[] }> => get("/me/exports");
export const requestExport = (): Promise<DataExportOut> => commandNow("/me/exports");
export const exportAddress = (id: number): string => `/api/me/exports/${id}/file`;
export const closeAccount = (): Promise<AccountClosedOut> => commandNow("/me/close");
