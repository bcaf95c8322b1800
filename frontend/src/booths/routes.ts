import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords, type Words } from "@/app/words";

const withId = (route: RouteLocationNormalized): { id: number } => ({ id: Number(route.params["id"]) });
const asked = (route: RouteLocationNormalized, name: string): string => {
  const value = route.query[name];
  return typeof value === "string" ? value : "";
};

async function ticketWords(): Promise<{ words: Words }> {
  const [line, ticket] = await Promise.all([import("@/booths/lineWords"), import("@/booths/ticketWords")]);
  return joined(line.words, ticket.words);
}

async function deskWords(): Promise<{ words: Words }> {
  const [line, desk, resume] = await Promise.all([import("@/booths/lineWords"), import("@/booths/deskWords"), import("@/resumes/words")]);
  return joined(line.words, desk.words, resume.words);
}

function joined(...parts: Words[]): { words: Words } {
  const words: Words = { zhHans: {}, en: {} };
  for (const part of parts) {
    Object.assign(words.zhHans, part.zhHans);
    Object.assign(words.en, part.en);
  }
  return { words };
}

export const seekerRoutes: RouteRecordRaw[] = [
  { path: "b/:id(\\d+)", component: withWords(() => import("@/booths/pages/BoothPage.vue"), () => import("@/booths/lineWords")), props: withId },
  { path: "t/:id(\\d+)", component: withWords(() => import("@/booths/pages/TicketPage.vue"), ticketWords), props: withId, meta: { title: "ticket.title" } },
  {
    path: "claim",
    component: withWords(() => import("@/booths/pages/ClaimPage.vue"), () => import("@/booths/kioskWords")),
    props: (route) => ({ label: asked(route, "label"), code: asked(route, "code") }),
    meta: { title: "claim.title" },
  },
];

export const deskRoutes: RouteRecordRaw[] = [
  {
    path: "/desk/:id(\\d+)",
    component: withWords(() => import("@/booths/pages/DeskPage.vue"), deskWords),
    props: withId,
    meta: { title: "desk.title", console: true },
  },
  {
    path: "/kiosk/:slug",
    component: withWords(() => import("@/booths/pages/KioskPage.vue"), () => import("@/booths/kioskWords")),
    props: true,
    meta: { title: "kiosk.title", console: true },
  },
  {
    path: "/display/:slug",
    component: withWords(() => import("@/booths/pages/DisplayPage.vue"), () => import("@/booths/displayWords")),
    props: (route) => ({ slug: String(route.params["slug"]), zone: asked(route, "zone") }),
    meta: { title: "display.title", console: true },
  },
];
