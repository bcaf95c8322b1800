import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords, type Words } from "@/app/words";

const withId = (route: RouteLocationNormalized): { id: number } => ({ id: Number(route.params["id"]) });

/** The inbox speaks of applications too. */
async function inboxWords(): Promise<{ words: Words }> {
  const [{ words: own }, { words: shared }] = await Promise.all([import("@/applications/inboxWords"), import("@/applications/words")]);
  return { words: { zhHans: { ...shared.zhHans, ...own.zhHans }, en: { ...shared.en, ...own.en } } };
}

export const inboxRoutes: RouteRecordRaw[] = [
  {
    path: "/inbox/:id(\\d+)",
    component: withWords(() => import("@/applications/pages/InboxPage.vue"), inboxWords),
    props: withId,
    meta: { title: "inbox.title", console: true },
  },
];

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
