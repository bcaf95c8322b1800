import type { Words } from "@/app/words";

/** Of a page for developers: no first load carries them. */
export const words: Words = {
  zhHans: {
    dev: {
      title: "验证码（仅开发环境）",
      text: "这里列出刚发出的验证码，最新的在上面。",
      none: "还没有发出验证码",
      hidden: "这个页面只在开发环境里有。",
      refresh: "刷新",
    },
  },
  en: {
    dev: {
      title: "Codes (development only)",
      text: "Codes sent lately, newest first.",
      none: "No code was sent yet",
      hidden: "This page exists in development only.",
      refresh: "Refresh",
    },
  },
};
