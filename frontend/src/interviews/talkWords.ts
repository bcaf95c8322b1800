/** Beside the talk stands a résumé. */
import type { Words } from "@/app/words";
import { words as talk } from "@/interviews/words";
import { words as resume } from "@/resumes/words";

export const words: Words = {
  zhHans: { ...resume.zhHans, ...talk.zhHans },
  en: { ...resume.en, ...talk.en },
};
