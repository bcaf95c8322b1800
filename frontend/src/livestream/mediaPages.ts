/** The pages with their words, in a part of their own: a first load knows only that it exists. */
import { withWords } from "@/app/words";

const mediaWords = () => import("@/livestream/mediaWords");

export const PAGES = {
  media: withWords(() => import("@/livestream/pages/MediaPage.vue"), mediaWords),
  camera: withWords(() => import("@/livestream/pages/CameraPage.vue"), mediaWords),
  screen: withWords(() => import("@/livestream/pages/ScreenPage.vue"), () => import("@/livestream/pictureWords")),
};
