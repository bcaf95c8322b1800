import type { RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

export const searchRoutes: RouteRecordRaw[] = [
  {
    path: "search",
    component: withWords(() => import("@/search/pages/SearchPage.vue"), () => import("@/search/words")),
    meta: { title: "search.title", tab: "fair" },
  },
];
