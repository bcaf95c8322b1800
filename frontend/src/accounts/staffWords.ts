import type { Words } from "@/app/words";

/** Of the page where staff sign in: seekers never need them. */
export const words: Words = {
  zhHans: {
    staff: {
      title: "工作人员登录",
      lead: "招聘人员、会务人员用账号和密码登录。",
      username: "账号",
      password: "密码",
      needUsername: "请填写账号。",
      needPassword: "请填写密码。",
      choose: "选择展位",
      none: "这个账号还没有负责的展位，请联系会务组。",
      seekers: "我是求职者",
    },
  },
  en: {
    staff: {
      title: "Staff sign-in",
      lead: "Recruiters and fair staff sign in with a password.",
      username: "Account",
      password: "Password",
      needUsername: "Enter the account.",
      needPassword: "Enter the password.",
      choose: "Choose a booth",
      none: "This account has no booth yet. Please ask the organisers.",
      seekers: "I am looking for work",
    },
  },
};
