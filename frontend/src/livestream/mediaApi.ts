import { ApiError, commandNow, csrf, get, NetworkError, post, refusal, remove, shownUser } from "@/http/client";
import type { AddRelayIn, CameraOut, DoneOut, EquipmentOut, KeyMadeOut, NoteViewsIn } from "@/http/schema.gen";

export const fetchEquipment = (roomId: number): Promise<EquipmentOut> => get(`/rooms/${roomId}/equipment`);
/** The reply is in no store: what is lost on the way is made again. */
export const makeStreamKey = (roomId: number): Promise<KeyMadeOut> => post(`/rooms/${roomId}/stream-key`);
export const revokeStreamKey = (roomId: number): Promise<EquipmentOut> => remove(`/rooms/${roomId}/stream-key`);

export const cutPicture = (sessionId: number, reason: string): Promise<EquipmentOut> => commandNow(`/live-sessions/${sessionId}/cut`, { reason });
export const restorePicture = (sessionId: number): Promise<EquipmentOut> => commandNow(`/live-sessions/${sessionId}/restore`);

export const addRelay = (roomId: number, relay: AddRelayIn): Promise<EquipmentOut> => post(`/rooms/${roomId}/relays`, relay);
export const switchRelay = (id: number, isOn: boolean): Promise<EquipmentOut> => post(`/relays/${id}/switch`, { is_on: isOn });
export const removeRelay = (id: number): Promise<EquipmentOut> => remove(`/relays/${id}`);
export const noteOutsideViews = (sessionId: number, views: NoteViewsIn): Promise<EquipmentOut> => commandNow(`/live-sessions/${sessionId}/outside-views`, views);
export const strikeOutsideViews = (id: number): Promise<EquipmentOut> => remove(`/outside-views/${id}`);

export const sendFallback = (roomId: number, file: File): Promise<EquipmentOut> => sendFile(`/rooms/${roomId}/fallback`, file, FALLBACK_MS);
export const removeFallback = (roomId: number): Promise<EquipmentOut> => remove(`/rooms/${roomId}/fallback`);

export const beginCamera = (roomId: number, container: "mp4" | "webm"): Promise<CameraOut> => commandNow(`/rooms/${roomId}/camera`, { container });
export const endCamera = (takeId: number): Promise<DoneOut> => post(`/camera/${takeId}/end`);
export const sendPiece = (takeId: number, number: number, piece: Blob): Promise<DoneOut> => sendFile(`/camera/${takeId}/pieces/${number}`, piece, PIECE_MS);

const PIECE_MS = 5_000;
const FALLBACK_MS = 300_000;

async function sendFile<T>(path: string, file: Blob, within: number): Promise<T> {
  const body = new FormData();
  body.append("file", file, file instanceof File ? file.name : "piece");
  const headers: Record<string, string> = { "X-CSRFToken": csrf(), "Accept-Language": document.documentElement.lang };
  const who = shownUser();
  if (who !== null) headers["X-Expected-User"] = String(who);
  const off = new AbortController();
  const timer = setTimeout(() => {
    off.abort();
  }, within);
  let response: Response;
  try {
    response = await fetch(`/api${path}`, { method: "POST", body, headers, credentials: "same-origin", signal: off.signal });
  } catch {
    throw new NetworkError();
  } finally {
    clearTimeout(timer);
  }
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

/** Whether sending it once more may help. */
export const isPassing = (error: unknown): boolean => error instanceof NetworkError || (error instanceof ApiError && (error.status >= 500 || error.status === 429));
