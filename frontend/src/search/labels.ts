/** What a filter's value is called: the page's own words for fixed values, else what the server says. */
import { useI18n } from "vue-i18n";

import type { FacetValueOut } from "@/http/schema.gen";
import type { FacetName } from "@/search/criteria";

export function useLabels(): (name: FacetName, value: Pick<FacetValueOut, "value" | "label">) => string {
  const { t, te, locale } = useI18n();
  return (name, value) => {
    const key = `search.value.${name}.${value.value}`;
    return te(key, locale.value) ? t(key) : value.label;
  };
}
