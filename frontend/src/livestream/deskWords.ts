import type { Words } from "@/app/words";

/** Of those who owe answers. */
export const words: Words = {
  zhHans: {
    desk: {
      title: "直播提问",
      open: "待回答",
      answered: "已回答",
      answeredText: "回答会通知每一位关心这个问题的人；关于岗位的，会留在岗位页上。",
      none: "没有待回答的问题",
      noneText: "直播里有人问到你们，会出现在这里。",
      answer: "回答，通知{n}人",
      answerTo: "回答：{text}",
      answerHint: "写清楚数字和条件，不超过300个字",
      length: "{n}/300",
      minutes: "还有{n}分钟",
      late: "已过期限",
      voices: "{n}人在等",
      answeredAt: "{at}已回答",
      correct: "更正回答",
      stale: "连接已断开，正在恢复，下面的内容可能不是最新的。",
    },
  },
  en: {
    desk: {
      title: "Questions from the livestream",
      open: "To be answered",
      answered: "Answered",
      answeredText: "Everyone who waits is told; an answer about a position stays on its page.",
      none: "Nothing to answer",
      noneText: "Questions about you from the livestream appear here.",
      answer: "Answer, tell {n}",
      answerTo: "Answer: {text}",
      answerHint: "With figures and conditions, at most 300 characters",
      length: "{n}/300",
      minutes: "{n} min left",
      late: "Overdue",
      voices: "{n} waiting",
      answeredAt: "answered at {at}",
      correct: "Correct the answer",
      stale: "The connection is away; what is shown may be old.",
    },
  },
};
