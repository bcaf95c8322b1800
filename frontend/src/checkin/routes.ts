import type { RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

export const passRoutes: RouteRecordRaw[] = [
  {
    path: "f/:slug/pass",
    component: withWords(() => import("@/checkin/pages/PassPage.vue"), () => import("@/checkin/passWords")),
    props: true,
    meta: { title: "pass.title" },
  },
];

export const doorsRoutes: RouteRecordRaw[] = [
  {
    path: "/check-in/:slug",
    component: withWords(() => import("@/checkin/pages/GatePage.vue"), () => import("@/checkin/words")),
    props: true,
    meta: { title: "gate.title", console: true },
  },
  {
    path: "/organise/:fair/doors",
    component: withWords(() => import("@/checkin/pages/DoorsPage.vue"), () => import("@/checkin/words")),
    props: true,
    meta: { title: "doors.title", console: true },
  },
];
