/** What every page needs of notices; the rest comes with their own pages. */
import type { Words } from "@/app/words";

export const words: Words = {
  zhHans: { notices: { unseen: "{n}条新通知", arrived: "新通知", close: "关闭" } },
  en: { notices: { unseen: "{n} new", arrived: "New notice", close: "Close" } },
};
