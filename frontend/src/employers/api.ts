/** The employer's own area and the organisers' review desk. */
import { ApiError, commandNow, csrf, get, NetworkError, post, refusal } from "@/http/client";
import type {
  ColleaguesOut, EmployerFileOut, InvitationMadeOut, InvitationShownOut, JoinedOut, JoinRequestOut, MyEmployersOut, ParticipationOut,
  ParticipationsOut, RegistrationOut, ReviewFileOut, ReviewQueueOut,
} from "@/http/schema.gen";

export type FileForm = Pick<EmployerFileOut, "name" | "kind" | "permit_number" | "area" | "contact" | "contact_phone">;
export type Paper = "business" | "permit";
export const LICENCE_LARGEST = 10 * 1024 * 1024;

export const fetchMine = (): Promise<MyEmployersOut> => get("/me/employers");
export const register = (form: FileForm & { credit_code: string }): Promise<RegistrationOut> => commandNow("/employers", form);
export const fetchFile = (id: number): Promise<EmployerFileOut> => get(`/employers/${id}/file`);
export const changeFile = (id: number, form: FileForm, revision: number): Promise<EmployerFileOut> =>
  commandNow(`/employers/${id}/file`, { ...form, revision });
export const submitFile = (id: number): Promise<EmployerFileOut> => commandNow(`/employers/${id}/submit`);
export const licenceAddress = (id: number, licence: number): string => `/api/employers/${id}/licence-files/${licence}`;

export const fetchColleagues = (id: number): Promise<ColleaguesOut> => get(`/employers/${id}/colleagues`);
export const invite = (id: number, phone: string): Promise<InvitationMadeOut> => post(`/employers/${id}/invitations`, { phone });
export const revoke = (id: number, invitation: number): Promise<ColleaguesOut> => post(`/employers/${id}/invitations/${invitation}/revoke`);
export const removeRecruiter = (id: number, recruiter: number): Promise<ColleaguesOut> => post(`/employers/${id}/recruiters/${recruiter}/remove`);
export const answerRequest = (id: number, request: number, accept: boolean): Promise<JoinRequestOut> =>
  post(`/employers/${id}/join-requests/${request}/answer`, { accept });
export const lookAtInvitation = (token: string): Promise<InvitationShownOut> => post("/employer-invitations/look", { token });
export const acceptInvitation = (token: string): Promise<JoinedOut> => post("/employer-invitations/accept", { token });

export const fetchParticipations = (id: number): Promise<ParticipationsOut> => get(`/employers/${id}/participations`);
export const applyForFair = (id: number, fair_slug: string, contact: string, contact_phone: string): Promise<ParticipationsOut> =>
  commandNow(`/employers/${id}/participations`, { fair_slug, contact, contact_phone });
export const withdrawParticipation = (id: number): Promise<ParticipationOut> => post(`/participations/${id}/withdraw`);

export interface ReviewFilter { state: string; owner: string; q: string }
export const fetchQueue = (filter: ReviewFilter, cursor: string): Promise<ReviewQueueOut> =>
  get(`/review/employers?${new URLSearchParams({ ...filter, cursor }).toString()}`);
export const fetchReview = (id: number): Promise<ReviewFileOut> => get(`/review/employers/${id}`);
export const takeReview = (id: number, release: boolean): Promise<ReviewFileOut> => post(`/review/employers/${id}/take`, { release });
export interface Decision { accept: boolean; reasons: string[]; text: string; revision: number }
export const decideReview = (id: number, decision: Decision): Promise<ReviewFileOut> => commandNow(`/review/employers/${id}/decide`, decision);
export const decideParticipation = (id: number, accept: boolean, reason: string): Promise<ParticipationOut> =>
  post(`/review/participations/${id}/decide`, { accept, reason });

/** A photo or PDF of a paper. Too large is said before anything is sent. */
export async function uploadLicence(id: number, paper: Paper, file: File, tooLarge: string): Promise<EmployerFileOut> {
  if (file.size > LICENCE_LARGEST) throw new ApiError(422, "uploads.refused", tooLarge, { file: tooLarge });
  const body = new FormData();
  body.append("file", file);
  let response: Response;
  try {
    response = await fetch(`/api/employers/${id}/licences/${paper}`, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang, "X-CSRFToken": csrf() },
    });
  } catch {
    throw new NetworkError();
  }
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as EmployerFileOut;
}
