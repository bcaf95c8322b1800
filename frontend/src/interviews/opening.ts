/** The pages with their words, in a part of their own: a first load knows only that it exists. */
import { withWords } from "@/app/words";

const talkWords = () => import("@/interviews/talkWords");
const slotWords = () => import("@/interviews/slotWords");

export const PAGES = {
  talk: withWords(() => import("@/interviews/pages/TalkPage.vue"), talkWords),
  open: withWords(() => import("@/interviews/pages/OpenTalkPage.vue"), talkWords),
  slots: withWords(() => import("@/interviews/pages/SlotsPage.vue"), slotWords),
  booking: withWords(() => import("@/interviews/pages/BookingPage.vue"), slotWords),
  desk: withWords(() => import("@/interviews/pages/SlotDeskPage.vue"), slotWords),
};
