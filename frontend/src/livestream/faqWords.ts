import type { Words } from "@/app/words";

/** On a position's page: what was asked about it in the livestream. */
export const words: Words = {
  zhHans: { faq: { title: "直播间问答", lead: "求职者在直播间问过的，企业或主持人已回答。", more: "其余{n}个问答", voices: "{n}人想知道", when: "{who} · {day}" } },
  en: { faq: { title: "Asked in the livestream", lead: "What people asked about this position, answered by the employer or the host.", more: "{n} more", voices: "{n} wanted to know", when: "{who} · {day}" } },
};
