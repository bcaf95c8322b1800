/** Every domain brings its routes; consoles are lazy, so a seeker never downloads one. */
import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router";

import { accountsRoutes } from "@/accounts/routes";
import { i18n } from "@/app/i18n";
import SeekerLayout from "@/app/layouts/SeekerLayout.vue";
import { adviceRoutes, serviceDeskRoutes } from "@/advice/routes";
import { applicationsRoutes, inboxRoutes } from "@/applications/routes";
import { deskRoutes, seekerRoutes } from "@/booths/routes";
import { chatDeskRoutes, chatRoutes } from "@/chat/routes";
import { doorsRoutes, passRoutes } from "@/checkin/routes";
import { employersRoutes } from "@/employers/routes";
import { fairsRoutes } from "@/fairs/routes";
import { slotRoutes, talkRoutes } from "@/interviews/routes";
import { liveRoutes, studioRoutes } from "@/livestream/routes";
import { talkDeskRoutes } from "@/livestream/talkRoutes";
import { mediaRoutes } from "@/livestream/mediaRoutes";
import { positionDeskRoutes, positionsRoutes } from "@/positions/routes";
import { resumesRoutes } from "@/resumes/routes";
import { setPageTitle } from "@/lib/title";
import { noticesRoutes } from "@/notices/routes";
import { searchRoutes } from "@/search/routes";

declare module "vue-router" {
  interface RouteMeta {
    /** Key of the page's title. */
    title?: string;
    /** The bottom bar's tab; pages without one bring their own bottom bar. */
    tab?: "fair" | "me";
    /** Consoles stay light whatever the phone's scheme. */
    console?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  ...deskRoutes,
  ...chatDeskRoutes,
  ...inboxRoutes,
  ...positionDeskRoutes,
  ...employersRoutes,
  ...doorsRoutes,
  ...serviceDeskRoutes,
  ...talkRoutes,
  ...studioRoutes,
  ...talkDeskRoutes,
  ...mediaRoutes,
  {
    path: "/",
    component: SeekerLayout,
    children: [
      ...fairsRoutes,
      ...passRoutes,
      ...seekerRoutes,
      ...accountsRoutes,
      ...searchRoutes,
      ...positionsRoutes,
      ...resumesRoutes,
      ...applicationsRoutes,
      ...chatRoutes,
      ...slotRoutes,
      ...adviceRoutes,
      ...noticesRoutes,
      ...liveRoutes,
      { path: ":rest(.*)*", component: () => import("@/app/pages/MissingPage.vue"), meta: { title: "face.missingTitle", tab: "fair" } },
    ],
  },
];

export const router = createRouter({
  history: createWebHistory("/"),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.afterEach((to) => {
  const { t } = i18n.global;
  setPageTitle(to.meta.title === undefined ? t("app.name") : `${t(to.meta.title)} · ${t("app.name")}`);
  document.documentElement.dataset["scheme"] = to.meta.console === true ? "light" : "auto";
});
