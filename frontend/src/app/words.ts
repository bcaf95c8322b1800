/** Words of a page outside the first load: they come with the page, in both languages, and join the catalogues. */
import type { Component } from "vue";

import { i18n } from "@/app/i18n";

export interface Tree { [key: string]: string | Tree }
export interface Words { zhHans: Tree; en: Tree }

type Merge = (locale: string, words: Tree) => void;

/** In routes: `component: withWords(() => import("@/x/pages/XPage.vue"), () => import("@/x/words"))`. */
export function withWords(page: () => Promise<{ default: Component }>, words: () => Promise<{ words: Words }>) {
  return async (): Promise<{ default: Component }> => {
    const [loaded, catalogue] = await Promise.all([page(), words()]);
    addWords(catalogue.words);
    return loaded;
  };
}

export function addWords(words: Words): void {
  const merge = i18n.global.mergeLocaleMessage as unknown as Merge;
  merge("zh-Hans", words.zhHans);
  merge("en", words.en);
}
