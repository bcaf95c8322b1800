import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords, type Words } from "@/app/words";

const words = () => import("@/chat/words");

export const chatRoutes: RouteRecordRaw[] = [
  {
    path: "chat/:id(\\d+)",
    component: withWords(() => import("@/chat/pages/ChatPage.vue"), words),
    props: (route: RouteLocationNormalized) => ({ id: Number(route.params["id"]) }),
    meta: { title: "chat.title" },
  },
  {
    path: "chat/with/:topic",
    component: withWords(() => import("@/chat/pages/ChatPage.vue"), words),
    props: (route: RouteLocationNormalized) => ({ topic: String(route.params["topic"]) }),
    meta: { title: "chat.title" },
  },
];

/** The reports speak of conversations too. */
async function reportWords(): Promise<{ words: Words }> {
  const [own, reports] = await Promise.all([words(), import("@/chat/reportWords")]);
  return { words: { zhHans: { ...own.words.zhHans, ...reports.words.zhHans }, en: { ...own.words.en, ...reports.words.en } } };
}

export const chatDeskRoutes: RouteRecordRaw[] = [
  {
    path: "/organise/:fair/chats",
    component: withWords(() => import("@/chat/pages/ComplaintsPage.vue"), reportWords),
    props: (route: RouteLocationNormalized) => ({ fair: String(route.params["fair"]) }),
    meta: { title: "reports.title", console: true },
  },
  {
    path: "/desk/:id(\\d+)/chats",
    component: withWords(() => import("@/chat/pages/ChatDeskPage.vue"), words),
    props: (route: RouteLocationNormalized) => ({ id: Number(route.params["id"]) }),
    meta: { title: "chat.deskTitle", console: true },
  },
];
