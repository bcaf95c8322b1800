import { ApiError, csrf, get, NetworkError, put, remove } from "@/http/client";
import type { CodeOut, ResumeOut, ResumeVersionOut } from "@/http/schema.gen";
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

/** With progress, 0–1, which fetch does not tell; `signal` cancels. */
export function uploadFile(file: File, onProgress: (share: number) => void, signal: AbortSignal): Promise<ResumeOut> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", "/api/me/resume/file");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.setRequestHeader("X-CSRFToken", csrf());
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
