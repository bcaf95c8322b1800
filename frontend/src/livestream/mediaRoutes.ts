import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

const props = ({ params }: RouteLocationNormalized) => ({ id: Number(params["id"]) });
const page = (name: "media" | "camera" | "screen") => async () => (await import("@/livestream/mediaPages")).PAGES[name]();

/** Their titles come with the pages: every byte here is in the first load of all. */
export const mediaRoutes: RouteRecordRaw[] = [
  { path: "/studio/:id(\\d+)/media", component: page("media"), props, meta: { console: true } },
  { path: "/studio/:id(\\d+)/camera", component: page("camera"), props, meta: { console: true } },
  { path: "/live/:id(\\d+)/screen", component: page("screen"), props, meta: { console: true } },
];
