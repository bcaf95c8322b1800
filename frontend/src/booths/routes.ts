import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

const withId = (route: RouteLocationNormalized): { id: number } => ({ id: Number(route.params["id"]) });

export const seekerRoutes: RouteRecordRaw[] = [
  { path: "b/:id(\\d+)", component: () => import("@/booths/pages/BoothPage.vue"), props: withId },
  { path: "t/:id(\\d+)", component: withWords(() => import("@/booths/pages/TicketPage.vue"), () => import("@/booths/ticketWords")), props: withId, meta: { title: "ticket.title" } },
];

export const deskRoutes: RouteRecordRaw[] = [
  {
    path: "/desk/:id(\\d+)",
    component: withWords(() => import("@/booths/pages/DeskPage.vue"), () => import("@/booths/deskWords")),
    props: withId,
    meta: { title: "desk.title", console: true },
  },
];
