import type { RouteRecordRaw } from "vue-router";

import { withWords } from "@/app/words";

export const resumesRoutes: RouteRecordRaw[] = [
  {
    path: "me/resume",
    component: withWords(() => import("@/resumes/pages/ResumePage.vue"), () => import("@/resumes/words")),
    meta: { title: "resume.title" },
  },
];
