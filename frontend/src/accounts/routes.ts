import type { RouteRecordRaw } from "vue-router";

export const accountsRoutes: RouteRecordRaw[] = [
  { path: "me", component: () => import("@/accounts/pages/MePage.vue"), meta: { title: "me.title", tab: "me" } },
  { path: "sign-in", component: () => import("@/accounts/pages/SignInPage.vue"), meta: { title: "signIn.title" } },
  { path: "staff", component: () => import("@/accounts/pages/StaffSignInPage.vue"), meta: { title: "staff.title" } },
  { path: "dev/codes", component: () => import("@/accounts/pages/DevCodesPage.vue"), meta: { title: "dev.title" } },
];
