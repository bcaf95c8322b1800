/** "Me" speaks of applications; what comes after the page brings its own words. */
import type { Words } from "@/app/words";
import { words as applications } from "@/applications/words";

export const words: Words = {
  zhHans: { ...applications.zhHans, me: { chats: "求职者的消息" } },
  en: { ...applications.en, me: { chats: "Seekers' messages" } },
};
