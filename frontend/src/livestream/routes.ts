import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

const withId = (route: RouteLocationNormalized): { id: number } => ({ id: Number(route.params["id"]) });
const words = () => import("@/livestream/words");
const studioWords = () => import("@/livestream/studioWords");

export const liveRoutes: RouteRecordRaw[] = [
  { path: "live/:id(\\d+)", component: withWords(() => import("@/livestream/pages/RoomPage.vue"), words), props: withId, meta: { title: "live.title" } },
  { path: "replays/:id(\\d+)", component: withWords(() => import("@/livestream/pages/ReplayPage.vue"), words), props: withId, meta: { title: "live.title" } },
  {
    path: "live-corrections/:id(\\d+)",
    component: withWords(() => import("@/livestream/pages/CorrectionPage.vue"), words),
    props: withId,
    meta: { title: "correction.title" },
  },
  { path: "live-draws/:id(\\d+)", component: withWords(() => import("@/livestream/pages/DrawPage.vue"), () => import("@/livestream/interactionWords")), props: withId, meta: { title: "draw.pageTitle" } },
];

export const studioRoutes: RouteRecordRaw[] = [
  {
    path: "/broadcasts/:id(\\d+)/audience",
    component: withWords(() => import("@/livestream/pages/AudiencePage.vue"), () => import("@/livestream/audienceWords")),
    props: withId,
    meta: { title: "audience.title", console: true },
  },
  {
    path: "/organise/:fair/studio",
    component: withWords(() => import("@/livestream/pages/StudioRoomsPage.vue"), studioWords),
    props: (route) => ({ fair: String(route.params["fair"]) }),
    meta: { title: "studio.rooms", console: true },
  },
  {
    path: "/studio/:id(\\d+)",
    component: withWords(() => import("@/livestream/pages/StudioPage.vue"), studioWords),
    props: (route) => ({ ...withId(route), session: Number(route.query["session"]) || null }),
    meta: { title: "studio.title", console: true },
  },
  {
    path: "/studio/:id(\\d+)/remote",
    component: withWords(() => import("@/livestream/pages/RemotePage.vue"), studioWords),
    props: withId,
    meta: { title: "studio.remote", console: true },
  },
];
