import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords, type Words } from "@/app/words";

const withId = (route: RouteLocationNormalized): { id: number } => ({ id: Number(route.params["id"]) });

/** The inbox speaks of applications and résumés too. */
async function inboxWords(): Promise<{ words: Words }> {
  const parts = await Promise.all([import("@/resumes/words"), import("@/applications/words"), import("@/applications/inboxWords")]);
  const all = { zhHans: {}, en: {} };
  for (const { words } of parts) {
    Object.assign(all.zhHans, words.zhHans);
    Object.assign(all.en, words.en);
  }
  return { words: all };
}

export const inboxRoutes: RouteRecordRaw[] = [
  {
    path: "/inbox/:id(\\d+)",
    component: withWords(() => import("@/applications/pages/InboxPage.vue"), inboxWords),
    props: withId,
    meta: { title: "inbox.title", console: true },
  },
  {
    path: "/organise/:fair/answers",
    component: withWords(() => import("@/applications/pages/OverduePage.vue"), () => import("@/applications/overdueWords")),
    props: (route) => ({ fair: String(route.params["fair"]) }),
    meta: { title: "overdue.title", console: true },
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
