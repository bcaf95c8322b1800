import type { RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

export const adviceRoutes: RouteRecordRaw[] = [
  {
    path: "me/advice",
    component: withWords(() => import("@/advice/pages/AdvicePage.vue"), () => import("@/advice/words")),
    meta: { title: "counsel.title", tab: "me" },
  },
];

export const serviceDeskRoutes: RouteRecordRaw[] = [
  {
    path: "/organise/:fair/services",
    component: withWords(() => import("@/advice/pages/ServiceDesksPage.vue"), () => import("@/advice/organisingWords")),
    props: (route) => ({ fair: String(route.params["fair"]) }),
    meta: { title: "desks.title", console: true },
  },
];
