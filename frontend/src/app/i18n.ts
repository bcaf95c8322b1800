/** Chinese first, English on request. Only the Chinese catalogue is in the first load. */
import { createI18n } from "vue-i18n";

import { zhHans } from "@/app/locales/zh-Hans";
import { spaced, type Locale } from "@/lib/format";

/**
 * Our words hold {names} and nothing else of vue-i18n's format, so its compiler, a twentieth of a first load, stays
 * out (vite.config.ts takes the build without it).
 */
function compile(message: unknown): (context: { values?: unknown }) => string {
  const parts = String(message).split(/\{(\w+)\}/);
  return ({ values }) => parts.map((part, place) => (place % 2 === 0 ? part : named(values, part))).join("");
}

function named(values: unknown, name: string): string {
  const value = (values as Record<string, unknown> | undefined)?.[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

const KEPT_AS = "jobfair.language";

export const i18n = createI18n({
  legacy: false,
  locale: "zh-Hans",
  fallbackLocale: "zh-Hans",
  messages: { "zh-Hans": zhHans },
  missingWarn: false,
  fallbackWarn: false,
  messageCompiler: compile,
  postTranslation: (text) => (typeof text === "string" ? spaced(text) : text),
});

export async function setLanguage(locale: Locale): Promise<void> {
  const catalogue = i18n.global as unknown as {
    locale: { value: Locale };
    mergeLocaleMessage: (locale: Locale, messages: unknown) => void;
  };
  if (locale === "en") catalogue.mergeLocaleMessage("en", (await import("@/app/locales/en")).en);
  catalogue.locale.value = locale;
  document.documentElement.lang = locale;
  try {
    localStorage.setItem(KEPT_AS, locale);
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}

export async function restoreLanguage(): Promise<void> {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEPT_AS);
  } catch {
    kept = null;
  }
  if (kept === "en") await setLanguage("en");
}
