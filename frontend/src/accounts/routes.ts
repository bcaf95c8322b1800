import type { RouteRecordRaw } from "vue-router";
import { withWords } from "@/app/words";

const factorWords = () => import("@/accounts/secondFactorWords");

export const accountsRoutes: RouteRecordRaw[] = [
  { path: "me", component: withWords(() => import("@/accounts/pages/MePage.vue"), () => import("@/accounts/meWords")), meta: { title: "me.title", tab: "me" } },
  { path: "sign-in", component: () => import("@/accounts/pages/SignInPage.vue") },
  { path: "staff", component: withWords(() => import("@/accounts/pages/StaffSignInPage.vue"), () => import("@/accounts/meWords")) },
  { path: "second-factor", component: withWords(() => import("@/accounts/pages/SecondFactorPage.vue"), factorWords), meta: { title: "factor.signInTitle" } },
  { path: "staff/second-factor", component: withWords(() => import("@/accounts/pages/SecondFactorSetUpPage.vue"), factorWords), meta: { title: "factor.title" } },
  { path: "dev/codes", component: () => import("@/accounts/pages/DevCodesPage.vue") },
];
