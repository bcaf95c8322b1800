import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

const words = () => import("@/employers/words");
const TABS = ["file", "colleagues", "fairs"] as const;
export type Tab = (typeof TABS)[number];

function tabOf(route: RouteLocationNormalized): { id: number; tab: Tab } {
  const tab = TABS.find((one) => one === route.params["tab"]) ?? "file";
  return { id: Number(route.params["id"]), tab };
}

export const employersRoutes: RouteRecordRaw[] = [
  { path: "/employer", component: withWords(() => import("@/employers/pages/MyEmployersPage.vue"), words), meta: { title: "employer.mine", console: true } },
  { path: "/employer/register", component: withWords(() => import("@/employers/pages/RegisterPage.vue"), words), meta: { title: "employer.register", console: true } },
  { path: "/employer/join", component: withWords(() => import("@/employers/pages/JoinPage.vue"), words), meta: { title: "employer.join", console: true } },
  {
    path: "/employer/:id(\\d+)/:tab(file|colleagues|fairs)?",
    component: withWords(() => import("@/employers/pages/EmployerPage.vue"), words),
    props: tabOf,
    meta: { title: "employer.mine", console: true },
  },
  {
    path: "/review/employers/:id(\\d+)?",
    component: withWords(() => import("@/employers/pages/ReviewPage.vue"), words),
    props: (route) => ({ id: route.params["id"] ? Number(route.params["id"]) : null }),
    meta: { title: "review.title", console: true },
  },
];
