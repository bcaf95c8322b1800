import { commandNow, get, put, sendOnce } from "@/http/client";
import type { DoorsDayOut, DoorsOut, GateIn, HallOut, PassOut, ScanIn, ScansOut } from "@/http/schema.gen";
import { newCommandId } from "@/lib/ids";

const at = (slug: string): string => `/fairs/${encodeURIComponent(slug)}`;

export const fetchPass = (slug: string): Promise<PassOut> => put(`${at(slug)}/pass`, {});
export const fetchDoors = (slug: string): Promise<DoorsOut> => get(`${at(slug)}/doors`);
export const fetchDay = (slug: string, day: string | null): Promise<DoorsDayOut> =>
  get(`${at(slug)}/doors/day${day === null ? "" : `?day=${day}`}`);
export const saveGates = (slug: string, gates: GateIn[]): Promise<DoorsOut> => put(`${at(slug)}/gates`, { gates });
export const setCapacity = (slug: string, capacity: number | null): Promise<HallOut> =>
  commandNow(`${at(slug)}/doors/capacity`, { capacity });
export const recount = (slug: string, counted: number): Promise<HallOut> => commandNow(`${at(slug)}/doors/recount`, { counted });

/** Each scan carries its own id, so sending it again, in whatever company, counts it once. */
export const sendScans = (slug: string, scans: ScanIn[], within: number): Promise<ScansOut> =>
  sendOnce(`${at(slug)}/scans`, { sent_at: new Date().toISOString(), scans }, newCommandId(), within);
