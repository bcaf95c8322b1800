/** What draws ask of the server. */
import { commandNow, get } from "@/http/client";
import type { DrawEntriesPage, DrawIn, DrawOut, DrawPageOut, MyEntryOut, WinnerOut } from "@/http/schema.gen";
import { insist } from "@/livestream/talkApi";

export type DrawAct = "open" | "draw" | "cancel" | "put_away";
export interface Entered { draw_id: number; number: number; ticket: string }
export type Entry = DrawEntriesPage["items"][number];

/** `cid` is this page's own random part of the draw; entering again is the same entry. */
export const enterDraw = (draw: number, cid: string): Promise<Entered> => insist("livestream.enter_draw", cid, { draw_id: draw }) as Promise<Entered>;
export const fetchMyEntry = (room: number): Promise<MyEntryOut> => get(`/rooms/${room}/my-entry`);
export const fetchDraw = (draw: number): Promise<DrawPageOut> => get(`/draws/${draw}`);

/** The whole list that was drawn from, in the order of its numbers. */
export async function fetchEntries(draw: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let cursor: number | null = 0; cursor !== null; ) {
    const page: DrawEntriesPage = await get(`/draws/${draw}/entries?cursor=${cursor}`);
    entries.push(...page.items);
    cursor = page.next;
  }
  return entries;
}

export const prepareDraw = (room: number, plan: DrawIn): Promise<DrawOut> => commandNow(`/rooms/${room}/draws`, plan);
export const actOnDraw = (draw: number, act: DrawAct): Promise<DrawOut> => commandNow(`/draws/${draw}/act`, { act });
export const removeDraw = (draw: number): Promise<unknown> => commandNow(`/draws/${draw}/remove`);
export const fetchWinners = (draw: number): Promise<WinnerOut[]> => get(`/draws/${draw}/winners`);
