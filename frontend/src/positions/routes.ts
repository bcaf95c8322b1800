import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords, type Words } from "@/app/words";

type Props = (route: RouteLocationNormalized) => Record<string, unknown>;
const number = (route: RouteLocationNormalized, name: string): number => Number(route.params[name]);
const withId: Props = (route) => ({ id: number(route, "id") });
const withEmployer: Props = (route) => ({ employer: number(route, "employer"), fair: route.params["fair"] });
const withFair: Props = (route) => ({ employer: null, fair: route.params["fair"] });

/** The desks speak of the public page's facts, too. */
async function deskWords(): Promise<{ words: Words }> {
  const [page, desk] = await Promise.all([import("@/positions/words"), import("@/positions/deskWords")]);
  return {
    words: { zhHans: { ...page.words.zhHans, ...desk.words.zhHans }, en: { ...page.words.en, ...desk.words.en } },
  };
}

export const positionsRoutes: RouteRecordRaw[] = [
  {
    path: "p/:id(\\d+)",
    component: withWords(() => import("@/positions/pages/PositionPage.vue"), () => import("@/positions/words")),
    props: withId,
  },
];

export const positionDeskRoutes: RouteRecordRaw[] = [
  {
    path: "/hiring/:employer(\\d+)/:fair/positions",
    component: withWords(() => import("@/positions/pages/OwnPositionsPage.vue"), deskWords),
    props: withEmployer,
    meta: { title: "ownPostings.title", console: true },
  },
  {
    path: "/hiring/:employer(\\d+)/:fair/import",
    component: withWords(() => import("@/positions/pages/ImportPage.vue"), deskWords),
    props: withEmployer,
    meta: { title: "postingImports.title", console: true },
  },
  {
    path: "/hiring/positions/:id(\\d+)",
    component: withWords(() => import("@/positions/pages/PositionEditPage.vue"), deskWords),
    props: withId,
    meta: { title: "postingForm.title", console: true },
  },
  {
    path: "/organise/:fair/positions",
    component: withWords(() => import("@/positions/pages/ReviewPage.vue"), deskWords),
    props: withFair,
    meta: { title: "postingReview.title", console: true },
  },
  {
    path: "/organise/:fair/import",
    component: withWords(() => import("@/positions/pages/ImportPage.vue"), deskWords),
    props: withFair,
    meta: { title: "postingImports.title", console: true },
  },
];
