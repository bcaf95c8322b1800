import type { RouteRecordRaw } from "vue-router";

import FairPage from "@/fairs/pages/FairPage.vue";

export const fairsRoutes: RouteRecordRaw[] = [
  { path: "", component: () => import("@/fairs/pages/HomePage.vue"), meta: { tab: "fair" } },
  { path: "f/:slug", component: FairPage, props: true, meta: { tab: "fair" } },
];
