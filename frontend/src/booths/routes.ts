import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

const withId = (route: RouteLocationNormalized): { id: number } => ({ id: Number(route.params["id"]) });

export const seekerRoutes: RouteRecordRaw[] = [
  { path: "b/:id(\\d+)", component: () => import("@/booths/pages/BoothPage.vue"), props: withId },
  { path: "t/:id(\\d+)", component: () => import("@/booths/pages/TicketPage.vue"), props: withId, meta: { title: "ticket.title" } },
];

export const deskRoutes: RouteRecordRaw[] = [
  {
    path: "/desk/:id(\\d+)",
    component: () => import("@/booths/pages/DeskPage.vue"),
    props: withId,
    meta: { title: "desk.title", console: true },
  },
];
