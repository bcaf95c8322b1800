/** Fairs and their booth cards, kept between pages so that going back is instant. */
import { defineStore } from "pinia";
import { computed, shallowReactive, type ComputedRef } from "vue";

import * as api from "@/fairs/api";
import { withGauge, type FairGauge } from "@/fairs/live";
import { currentFair } from "@/fairs/search";
import type { BoothCardOut, FairOut } from "@/http/schema.gen";
import { useGaugeTopic } from "@/realtime/useTopic";

export const useFairs = defineStore("fairs", () => {
  const fairs = shallowReactive(new Map<string, FairOut>());
  const cards = shallowReactive(new Map<string, BoothCardOut[]>());

  async function load(slug: string): Promise<void> {
    const [fair, booths] = await Promise.all([api.fetchFair(slug), api.fetchBooths(slug)]);
    fairs.set(slug, fair);
    cards.set(slug, booths);
  }

  async function findCurrentSlug(): Promise<string | null> {
    return currentFair(await api.fetchFairs())?.slug ?? null;
  }

  return { fairs, cards, load, findCurrentSlug };
});

/** The fair's cards with their lines as they are now. */
export function useLiveCards(slug: () => string): ComputedRef<BoothCardOut[]> {
  const store = useFairs();
  const gauge = useGaugeTopic<FairGauge[string]>(() => store.fairs.get(slug())?.topic ?? null);
  return computed(() => withGauge(store.cards.get(slug()) ?? [], gauge.view.value?.state ?? null));
}
