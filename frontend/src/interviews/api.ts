import { ApiError, commandNow, get, NetworkError, post } from "@/http/client";
import type {
  BookingOut,
  BoothSlotsOut,
  IceServersOut,
  MyBookingsOut,
  PublishSlotsIn,
  SlotDeskOut,
  SlotOut,
  SlotsOut,
  TalkFileOut,
  VideoRoomOut,
  VideoTalkOut,
} from "@/http/schema.gen";
import { newCommandId } from "@/lib/ids";
import { SocketRefusal } from "@/realtime/channel";
import { socket } from "@/realtime/page";
import type { SendSignalArgs } from "@/realtime/protocol.gen";

export type TalkOf = "ticket" | "booking";

export const openTalk = (of: TalkOf, id: number, take: boolean): Promise<VideoTalkOut> => commandNow(`/${of}s/${id}/video`, { take });
export const fetchTalk = (id: number): Promise<VideoRoomOut> => get(`/talks/${id}`);
export const fetchServers = (id: number): Promise<IceServersOut> => get(`/talks/${id}/ice-servers`);
export const fetchFile = (id: number): Promise<TalkFileOut> => get(`/talks/${id}/file`);
export const enterTalk = (id: number, page: string): Promise<VideoTalkOut> => commandNow(`/talks/${id}/enter`, { page });
export const endTalk = (id: number): Promise<VideoTalkOut> => commandNow(`/talks/${id}/end`);

export const fetchSlots = (boothId: number): Promise<BoothSlotsOut> => get(`/booths/${boothId}/slots`);
export const fetchSlotDesk = (boothId: number): Promise<SlotDeskOut> => get(`/booths/${boothId}/slot-desk`);
export const publishSlots = (boothId: number, slots: PublishSlotsIn): Promise<SlotsOut> => commandNow(`/booths/${boothId}/slots`, slots);
export const withdrawSlot = (id: number): Promise<SlotOut> => commandNow(`/slots/${id}/withdraw`);
export const bookSlot = (id: number): Promise<BookingOut> => commandNow(`/slots/${id}/bookings`);
export const moveBooking = (id: number, slotId: number): Promise<BookingOut> => commandNow(`/bookings/${id}/move`, { slot_id: slotId });
export const cancelBooking = (id: number): Promise<BookingOut> => commandNow(`/bookings/${id}/cancel`);
export const fetchMyBookings = (): Promise<MyBookingsOut> => get("/me/bookings");
export const calendarAddress = (id: number): string => `/api/bookings/${id}/calendar.ics`;

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 4_000;

/**
 * Bring one signal to the other page: by the socket while it is there, by HTTP when not, under one id until it is
 * acknowledged or nobody waits for it any more. A refusal is not repeated.
 */
export async function sendSignal(args: SendSignalArgs, isStale: () => boolean): Promise<void> {
  const cid = newCommandId();
  for (let wait = FIRST_PAUSE_MS; !isStale(); wait = Math.min(LONGEST_PAUSE_MS, wait * 2)) {
    try {
      await command("interviews.send_signal", cid, args as unknown as Record<string, unknown>);
      return;
    } catch (error) {
      if (error instanceof SocketRefusal || (error instanceof ApiError && !(error instanceof NetworkError))) return;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** This page gets up. It goes now or not at all: the next page that enters takes the seat anyway. */
export function leaveTalk(talkId: number, page: string): void {
  void command("interviews.leave_talk", newCommandId(), { talk_id: talkId, page }).catch(() => undefined);
}

function command(name: string, cid: string, args: Record<string, unknown>): Promise<unknown> {
  if (socket.connection.state === "connected") return socket.request(name, { cid, args });
  return post(`/commands/${name}`, { cid, args });
}
