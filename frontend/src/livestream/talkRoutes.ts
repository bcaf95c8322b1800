import type { RouteLocationNormalized, RouteRecordRaw } from "vue-router";

import { withWords, type Words } from "@/app/words";

function joined(...catalogues: { words: Words }[]): { words: Words } {
  return {
    words: {
      zhHans: Object.assign({}, ...catalogues.map((one) => one.words.zhHans)) as Words["zhHans"],
      en: Object.assign({}, ...catalogues.map((one) => one.words.en)) as Words["en"],
    },
  };
}

const talkWords = () => import("@/livestream/talkWords");
const deskWords = () => import("@/livestream/deskWords");
/** A moderator speaks in the room and answers its questions, too. */
const moderationWords = async () => joined(...(await Promise.all([talkWords(), deskWords(), import("@/livestream/moderationWords")])));
const answerWords = async () => joined(...(await Promise.all([talkWords(), deskWords()])));
const byId = (route: RouteLocationNormalized): { id: number } => ({ id: Number(route.params["id"]) });

export const talkDeskRoutes: RouteRecordRaw[] = [
  {
    path: "/live/:id(\\d+)/moderation",
    component: withWords(() => import("@/livestream/pages/ModerationPage.vue"), moderationWords),
    props: byId,
    meta: { title: "moderation.title", console: true },
  },
  {
    path: "/inbox/:id(\\d+)/questions",
    component: withWords(() => import("@/livestream/pages/QuestionDeskPage.vue"), answerWords),
    props: byId,
    meta: { title: "desk.title", console: true },
  },
];
