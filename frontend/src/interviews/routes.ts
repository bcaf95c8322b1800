import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import type { PAGES } from "@/interviews/opening";

const props = ({ params }: RouteLocationNormalized) => ({ ...params, id: Number(params["id"]) });
const page = (name: keyof typeof PAGES) => async () => (await import("@/interviews/opening")).PAGES[name]();

/** Their titles come with the pages: every byte here is in the first load of all. */
export const talkRoutes: RouteRecordRaw[] = [
  { path: "/talk/:id(\\d+)", component: page("talk"), props },
  { path: "/talk/:of(ticket|booking)/:id(\\d+)", component: page("open"), props },
  { path: "/desk/:id(\\d+)/slots", component: page("desk"), props, meta: { console: true } },
];

export const slotRoutes: RouteRecordRaw[] = [
  { path: "b/:id(\\d+)/slots", component: page("slots"), props },
  { path: "bookings/:id(\\d+)", component: page("booking"), props },
];
