/** Formatters that follow the page's language. */
import { computed, type ComputedRef } from "vue";
import { useI18n } from "vue-i18n";

import type { Locale } from "@/lib/format";

export function useLanguage(): { locale: ComputedRef<Locale> } {
  const { locale } = useI18n();
  return { locale: computed(() => (locale.value === "en" ? "en" : "zh-Hans")) };
}
