import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

const withId = (route: RouteLocationNormalized): { id: number } => ({ id: Number(route.params["id"]) });

export const applicationsRoutes: RouteRecordRaw[] = [
  {
    path: "a/:id(\\d+)",
    component: withWords(() => import("@/applications/pages/ApplicationPage.vue"), () => import("@/applications/words")),
    props: withId,
    meta: { title: "application.title" },
  },
  {
    path: "me/data",
    component: withWords(() => import("@/applications/pages/MyDataPage.vue"), () => import("@/applications/words")),
    meta: { title: "data.title" },
  },
];
