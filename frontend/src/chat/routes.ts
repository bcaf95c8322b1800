import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

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

export const chatDeskRoutes: RouteRecordRaw[] = [
  {
    path: "/desk/:id(\\d+)/chats",
    component: withWords(() => import("@/chat/pages/ChatDeskPage.vue"), words),
    props: (route: RouteLocationNormalized) => ({ id: Number(route.params["id"]) }),
    meta: { title: "chat.deskTitle", console: true },
  },
];
