import type { Words } from "@/app/words";

export const words: Words = {
  zhHans: {
    stepUp: {
      title: "请再确认一次是本人",
      totp: "请填写验证器里的6位数字，也可以用8位恢复码。",
      phone: "验证码已发到{phone}。",
      set_up: "这个账号要先设置验证器，才能做这一步。请在“我的”里设置。",
      code: "验证码",
      confirm: "确认",
    },
  },
  en: {
    stepUp: {
      title: "Please prove once more that it is you",
      totp: "Enter the six digits of your authenticator, or an eight-digit recovery code.",
      phone: "A code was sent to {phone}.",
      set_up: "This account must set up an authenticator first, under “Me”.",
      code: "Code",
      confirm: "Confirm",
    },
  },
};
