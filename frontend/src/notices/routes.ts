import type { RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

const words = () => import("@/notices/words");

export const noticesRoutes: RouteRecordRaw[] = [
  { path: "me/notices", component: withWords(() => import("@/notices/pages/NoticesPage.vue"), words), meta: { title: "notices.title", tab: "me" } },
  { path: "me/notices/choices", component: withWords(() => import("@/notices/pages/ChoicesPage.vue"), words), meta: { title: "choices.title" } },
  { path: "dev/messages", component: withWords(() => import("@/notices/pages/DevMessagesPage.vue"), words), meta: { title: "devMessages.title" } },
];
