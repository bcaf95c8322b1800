import type { Words } from "@/app/words";

export const words: Words = {
  zhHans: {
    rule: {
      title: "叫号规则",
      fifo: "按取号先后叫号，现场和线上同一队",
      interleave: "现场{onsite}位、线上{online}位交替叫号",
      priority: "优先：{kinds}，凭证件登记",
      veteran: "退役军人",
      disabled: "残疾人",
      pregnant: "孕妇",
      desks: "{n}张桌在接待",
      joinNow: "现在取号，{wait}轮到",
      joinLate: "现在取号，可能到{time}结束还轮不到",
      lastTicket: "今天的号已发完，可以直接投递简历",
    },
  },
  en: {
    rule: {
      title: "How people are called",
      fifo: "First come, first called; on site and online in one line",
      interleave: "{onsite} on site, then {online} online, in turn",
      priority: "{kinds} go first; show the certificate at the service desk",
      veteran: "Veterans",
      disabled: "people with disabilities",
      pregnant: "expectant mothers",
      desks: "{n} desks open",
      joinNow: "Take a ticket now: your turn {wait}",
      joinLate: "Take a ticket now, and the booth may close at {time} before your turn",
      lastTicket: "No more tickets today; you can send your résumé",
    },
  },
};
