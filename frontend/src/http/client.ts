/**
 * Typed fetch. Every refusal becomes an ApiError; a command carries one Idempotency-Key through all its retries,
 * so a bad network can make it late but never make it happen twice.
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
  ) {
    super(message);
  }
}

/** No answer came: no network, no server, or a gateway that found none. */
export class NetworkError extends Error {}

export interface CommandOptions {
  key?: string;
  signal?: AbortSignal;
}

const RETRIES = 6;
const RETRY_BASE_MS = 800;
const RETRY_CAP_MS = 10_000;
const GATEWAY = new Set([502, 503, 504]);

const inner = reactive({ retrying: 0 });
/** `retrying`: commands that are being sent again right now. Shown to the person who waits for them. */
export const traffic = readonly(inner);

let csrfToken = "";

/** The token of the latest MeOut; signing in changes it. */
export function useCsrfToken(token: string): void {
  csrfToken = token;
}

export function get<T>(path: string): Promise<T> {
  return send<T>("GET", path);
}

/** A write that may be repeated without harm, without a key of its own (sign-in, sign-out). */
export function post<T>(path: string, body: unknown = {}): Promise<T> {
  return send<T>("POST", path, { body });
}

/** A durable command: retried over network failures under one key until it is answered or given up. */
export async function command<T>(path: string, body: unknown = {}, options: CommandOptions = {}): Promise<T> {
  const key = options.key ?? newCommandId();
  let retrying = false;
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        return await send<T>("POST", path, { body, key, ...(options.signal ? { signal: options.signal } : {}) });
      } catch (error) {
        if (!(error instanceof NetworkError) || attempt >= RETRIES || options.signal?.aborted) throw error;
      }
      if (!retrying) inner.retrying += 1;
      retrying = true;
      await pause(retryPause(attempt));
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
  signal?: AbortSignal;
}

async function send<T>(method: "GET" | "POST", path: string, options: SendOptions = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (method === "POST") {
    headers["Content-Type"] = "application/json";
    headers["X-CSRFToken"] = cookie("csrftoken") || csrfToken;
    init.body = JSON.stringify(options.body ?? {});
  }
  if (options.key !== undefined) headers["Idempotency-Key"] = options.key;
  if (options.signal !== undefined) init.signal = options.signal;

  let response: Response;
  try {
    response = await fetch(`/api${path}`, init);
  } catch {
    throw new NetworkError();
  }
  if (GATEWAY.has(response.status)) throw new NetworkError();
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

async function refusal(response: Response): Promise<ApiError> {
  const retryHeader = Number(response.headers.get("Retry-After"));
  const retryAfter = Number.isFinite(retryHeader) && retryHeader > 0 ? retryHeader : null;
  try {
    const { error } = (await response.json()) as { error: WireError };
    return new ApiError(response.status, error.code, error.message, error.fields ?? {}, error.retry_after ?? retryAfter);
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

function cookie(name: string): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found === undefined ? "" : decodeURIComponent(found.slice(name.length + 1));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
