import type { RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

export const adviceRoutes: RouteRecordRaw[] = [
  {
    path: "me/advice",
    component: withWords(() => import("@/advice/pages/AdvicePage.vue"), () => import("@/advice/words")),
    meta: { title: "counsel.title", tab: "me" },
  },
];
