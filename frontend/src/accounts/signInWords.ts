import type { Words } from "@/app/words";

/** What only the page of signing in says; the sheet that asks for a phone shares the rest. */
export const words: Words = {
  zhHans: {
    signIn: {
      title: "手机号登录",
      lead: "用手机号接收验证码，不用设密码。",
      confirm: "登录",
      name: "称呼（可不填）",
      nameHint: "招聘人员只看到姓，如“王**”",
      mergeText: "你刚才取的号会一起带过来。",
      privacy: "手机号用于登录和通知，投递后企业可见。",
    },
  },
  en: {
    signIn: {
      title: "Sign in by phone",
      lead: "We send a code to your phone. No password needed.",
      confirm: "Sign in",
      name: "Your name (optional)",
      nameHint: "Recruiters see the first character only",
      mergeText: "The tickets you took come along.",
      privacy: "Used for signing in and notices; employers you apply to see it.",
    },
  },
};
