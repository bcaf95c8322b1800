import { ApiError, csrf, get, NetworkError, put, remove, retryPause, shownUser } from "@/http/client";
import type { CodeOut, ResumeOut, ResumeVersionOut } from "@/http/schema.gen";
import { newCommandId } from "@/lib/ids";
import type { Form } from "@/resumes/form";

export const FILE_LARGEST = 10 * 1024 * 1024;

export const fetchResume = (): Promise<ResumeOut> => get("/me/resume");
/** Repeating it is harmless: equal values never clash. */
export const saveResume = (basedOn: number, changes: Form): Promise<ResumeOut> => put("/me/resume", { based_on: basedOn, changes });
export const fetchPreview = (): Promise<ResumeVersionOut> => get("/me/resume/preview");
export const removeFile = (): Promise<ResumeOut> => remove("/me/resume/file");
export const fetchDistricts = (city: string): Promise<CodeOut[]> => get(`/places?city=${city}`);
export const PDF_ADDRESS = "/api/me/resume.pdf";
export const FILE_ADDRESS = "/api/me/resume/file";

/** Someone pressed cancel. */
export class Cancelled extends Error {}

const TRIES = 3;

/** With progress, 0–1; `signal` cancels. A blink of the network is bridged under one key, so the file comes once. */
export async function uploadFile(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<ResumeOut> {
  const key = newCommandId();
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendFile(file, key, onProgress, signal);
    } catch (error) {
      if (!(error instanceof NetworkError) || attempt >= TRIES || signal.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, retryPause(attempt)));
    }
  }
}

/** XMLHttpRequest, because fetch does not tell how far it is. */
function sendFile(file: File, key: string, onProgress: (share: number) => void, signal: AbortSignal): Promise<ResumeOut> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", "/api/me/resume/file");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.setRequestHeader("X-CSRFToken", csrf());
    request.setRequestHeader("Idempotency-Key", key);
    const user = shownUser();
    if (user !== null) request.setRequestHeader("X-Expected-User", String(user));
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => {
      if (request.status === 200) resolve(JSON.parse(request.responseText) as ResumeOut);
      else reject(refusalOf(request));
    };
    request.onerror = () => {
      reject(new NetworkError());
    };
    request.onabort = () => {
      reject(new Cancelled());
    };
    signal.addEventListener("abort", () => {
      request.abort();
    });
    request.send(body);
  });
}

function refusalOf(request: XMLHttpRequest): Error {
  try {
    const { error } = JSON.parse(request.responseText) as { error: { code: string; message: string; fields?: Record<string, string>; retry_after?: number | null } };
    return new ApiError(request.status, error.code, error.message, error.fields ?? {}, error.retry_after ?? null);
  } catch {
    return new NetworkError();
  }
}
