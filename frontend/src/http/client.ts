/**
 * Typed fetch. Every refusal becomes an ApiError; a command carries one Idempotency-Key through all its retries,
 * so a bad network never makes it happen twice.
 */
import { reactive, readonly } from "vue";

import { newCommandId } from "@/lib/ids";

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Record<string, string> = {},
    readonly retryAfter: number | null = null,
    /** What else the reply brought. */
    readonly more: unknown = null,
  ) {
    super(message);
  }
}

/** No answer came: no network, no server, or a gateway that found none. */
export class NetworkError extends Error {}

/** A command was given up: it may or may not have been done, and the page shows which once it is connected. */
export class NoAnswer extends NetworkError {}

const SILENCE_MS = 15_000;
export const NOW_MS = 10_000;
const RETRY_BASE_MS = 800;
const RETRY_CAP_MS = 10_000;
const GATEWAY = new Set([502, 503, 504]);

const inner = reactive({ retrying: 0 });
/** `retrying`: commands that are being sent again right now. Shown to the person who waits for them. */
export const traffic = readonly(inner);

/** The command was sent from a page that shows one person, under a session that has become another's. */
export const OTHER_PERSON = "accounts.other_person";

let csrfToken = "";
let sender: number | null = null;
let learnWhoIsHere = (): void => undefined;

/** The token of the latest MeOut, and whom it shows: commands say who pressed, and never run as anyone else. */
export function useIdentity(token: string, user: number | null): void {
  csrfToken = token;
  sender = user;
}

/** The user whom this page shows. */
export function shownUser(): number | null {
  return sender;
}

/** Have `learn` called when the server says that this page shows the wrong person. */
export function whenOtherPerson(learn: () => void): void {
  learnWhoIsHere = learn;
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return send<T>("GET", path, signal === undefined ? {} : { signal });
}

/** A write that may be repeated without harm, without a key of its own (sign-in, sign-out). */
export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return send<T>("POST", path, { body });
}

/** A write that says what shall be, so that saying it twice is saying it once. Silence counts as no answer. */
export function put<T>(path: string, body: unknown): Promise<T> {
  return timed(SILENCE_MS, (signal) => send<T>("PUT", path, { body, as: sender, signal }));
}

export function remove<T>(path: string): Promise<T> {
  return send<T>("DELETE", path);
}

/** One sending of a durable command; the outbox repeats it under the same key. Silence counts as no answer. */
export function sendOnce<T>(path: string, body: unknown, key: string, within = SILENCE_MS, as = sender): Promise<T> {
  return timed(within, (signal) => send<T>("POST", path, { body, key, as, signal }));
}

async function timed<T>(within: number, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const off = new AbortController();
  const timer = setTimeout(() => {
    off.abort();
  }, within);
  try {
    return await act(off.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** A command that is right now or never: repeated under one key over a blink of the network, then given up. */
export async function commandNow<T>(path: string, body: unknown = {}): Promise<T> {
  const key = newCommandId();
  const until = Date.now() + NOW_MS;
  let retrying = false;
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        return await sendOnce<T>(path, body, key, until - Date.now());
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
      }
      if (!retrying) inner.retrying += 1;
      retrying = true;
      await pause(Math.max(0, Math.min(retryPause(attempt), until - Date.now())));
      if (Date.now() >= until) throw new NoAnswer();
    }
  } finally {
    if (retrying) inner.retrying -= 1;
  }
}

/** Milliseconds before repeat number `attempt` (from 0): doubling, with half of it jittered. */
export function retryPause(attempt: number, random: () => number = Math.random): number {
  const whole = Math.min(RETRY_CAP_MS, RETRY_BASE_MS * 2 ** attempt);
  return whole / 2 + (random() * whole) / 2;
}

interface SendOptions {
  body?: unknown;
  key?: string;
  as?: number | null;
  signal?: AbortSignal;
}

async function send<T>(method: "GET" | "POST" | "PUT" | "DELETE", path: string, options: SendOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (method !== "GET") {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = csrf();
    init.body = JSON.stringify(options.body ?? {});
  }
  if (options.key !== undefined) headers["Idempotency-Key"] = options.key;
  if (options.as != null) headers["X-Expected-User"] = String(options.as);
  if (options.signal !== undefined) init.signal = options.signal;

  let response: Response;
  try {
    response = await fetch(`/api${path}`, init);
  } catch {
    throw new NetworkError();
  }
  if (GATEWAY.has(response.status)) throw new NetworkError();
  if (!response.ok) {
    const refused = await refusal(response);
    if (refused.code === OTHER_PERSON) learnWhoIsHere();
    throw refused;
  }
  try {
    return (await response.json()) as T;
  } catch {
    throw new NetworkError(); // cut off in the middle of its answer
  }
}

export async function refusal(response: Response): Promise<ApiError> {
  const retryHeader = Number(response.headers.get("Retry-After"));
  const retryAfter = Number.isFinite(retryHeader) && retryHeader > 0 ? retryHeader : null;
  try {
    const { error, ...more } = (await response.json()) as { error: WireError };
    return new ApiError(response.status, error.code, error.message, error.fields ?? {}, error.retry_after ?? retryAfter, more);
  } catch {
    return new ApiError(response.status, `http.${response.status}`, "", {}, retryAfter);
  }
}

interface WireError {
  code: string;
  message: string;
  fields?: Record<string, string>;
  retry_after?: number | null;
}

/** What proves that a write comes from one of our pages. */
export function csrf(): string {
  return cookie("csrftoken") || csrfToken;
}

function cookie(name: string): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? "" : decodeURIComponent(found.slice(name.length + 1));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
