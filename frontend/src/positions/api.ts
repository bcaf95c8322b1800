import { commandNow, csrf, get, NetworkError, NOW_MS, post, put, refusal } from "@/http/client";
import type {
  CodeOut,
  ComplaintOut,
  ImportOut,
  ImportRowsOut,
  PositionEditOut,
  PositionListOut,
  PositionPageOut,
  PublishOut,
  RefusalReasonOut,
  PositionReportIn,
  PositionReportOut,
  PositionReviewOut,
  PositionReviewRowOut,
} from "@/http/schema.gen";
import type { Form } from "@/positions/types";

type Query = Record<string, string | number | boolean | null | undefined>;

function query(values: Query): string {
  const given = Object.entries(values).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

export const fetchPosition = (id: number): Promise<PositionPageOut> => get(`/positions/${id}`);
export const qrAddress = (id: number): string => `/api/positions/${id}/qr.svg`;
export const report = (id: number, body: PositionReportIn): Promise<PositionReportOut> => post(`/positions/${id}/reports`, body);
export const findPlaces = (q: string, city: string): Promise<CodeOut[]> => get(`/places${query({ q, city })}`);
export const findOccupations = (q: string): Promise<CodeOut[]> => get(`/occupations${query({ q })}`);

// The employer

export const fetchOwn = (employer: number, fair: string, sieve: Query): Promise<PositionListOut> =>
  get(`/employers/${employer}/positions${query({ fair, ...sieve })}`);
export const start = (employer: number, fair: string): Promise<PositionEditOut> =>
  commandNow(`/employers/${employer}/positions`, { fair_slug: fair });
export const fetchEdit = (id: number): Promise<PositionEditOut> => get(`/positions/${id}/edit`);
export const saveEdit = (id: number, revision: number, form: Form): Promise<PositionEditOut> =>
  put(`/positions/${id}/edit`, { revision, form });
export const submit = (id: number, revision: number, form: Form): Promise<PositionEditOut> =>
  commandNow(`/positions/${id}/submit`, { revision, form });
export const discard = (id: number, revision: number): Promise<PositionEditOut | null> =>
  post(`/positions/${id}/discard`, { revision });
export const close = (id: number, revision: number, closing: "filled" | "withdrawn"): Promise<PositionEditOut> =>
  commandNow(`/positions/${id}/close`, { revision, closing });

// The organiser

export const fetchReview = (fair: string, sieve: Query): Promise<PositionReviewOut> =>
  get(`/fairs/${fair}/review/positions${query(sieve)}`);
export const fetchReasons = (): Promise<RefusalReasonOut[]> => get("/review/reasons");
export const publish = (fair: string, rows: readonly PositionReviewRowOut[]): Promise<PublishOut> =>
  commandNow(`/fairs/${fair}/review/publish`, { positions: rows.map(({ id, revision }) => ({ id, revision })) });
export const confirmDuties = (fair: string, ids: number[]): Promise<{ confirmed: number[] }> =>
  commandNow(`/fairs/${fair}/review/confirm-duties`, { positions: ids });
export const refuse = (id: number, revision: number, reasons: string[], text: string): Promise<PositionReviewRowOut> =>
  commandNow(`/positions/${id}/refuse`, { revision, reasons, text });
export const fetchReports = (fair: string): Promise<ComplaintOut[]> => get(`/fairs/${fair}/review/reports`);
export const settle = (id: number, state: "upheld" | "dismissed", answer: string): Promise<ComplaintOut> =>
  commandNow(`/reports/${id}/settle`, { state, answer });

// Workbooks

export const fetchImport = (id: number): Promise<ImportOut> => get(`/imports/${id}`);
export const fetchImportRows = (id: number, sieve: Query): Promise<ImportRowsOut> => get(`/imports/${id}/rows${query(sieve)}`);
export const confirmImport = (id: number): Promise<ImportOut> => commandNow(`/imports/${id}/confirm`);
export const reportAddress = (id: number): string => `/api/imports/${id}/report.xlsx`;

/** Where a workbook goes: to one employer's positions, or to all of a fair's. */
export const uploadPath = (fair: string, employer: number | null): string =>
  employer === null ? `/fairs/${fair}/imports` : `/employers/${employer}/imports${query({ fair })}`;

const UPLOAD_MS = NOW_MS * 18;

/** Send a file; `onSent` hears the share of it that has left (0 to 1). fetch() cannot tell that, this can. */
export function upload(path: string, file: File, onSent: (share: number) => void): Promise<ImportOut> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api${path}`);
    request.timeout = UPLOAD_MS;
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    request.setRequestHeader("X-CSRFToken", csrf());
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onSent(event.loaded / event.total);
    };
    request.onerror = request.ontimeout = () => {
      reject(new NetworkError());
    };
    request.onload = () => {
      const reply = new Response(request.responseText, { status: request.status });
      if (request.status === 201) resolve(reply.json() as Promise<ImportOut>);
      else void refusal(reply).then(reject);
    };
    const body = new FormData();
    body.append("file", file);
    request.send(body);
  });
}
