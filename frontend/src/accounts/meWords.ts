/** "Me" speaks of applications and notices. */
import type { Words } from "@/app/words";
import { words as applications } from "@/applications/words";
import { words as notices } from "@/notices/words";

export const words: Words = {
  zhHans: { ...applications.zhHans, ...notices.zhHans, me: { chats: "求职者的消息" } },
  en: { ...applications.en, ...notices.en, me: { chats: "Seekers' messages" } },
};
