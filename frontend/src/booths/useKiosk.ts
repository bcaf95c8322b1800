/** The clerk's steps: a booth, a holder, a printed number, and the next person. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";

import * as api from "@/booths/api";
import { problemOf, type Holder } from "@/booths/kiosk";
import type { PaperOut } from "@/http/schema.gen";
import { explain } from "@/http/explain";

/** The next person stands there already; a clerk who needs longer presses "print again" or the booth. */
export const BACK_AFTER_S = 30;

export interface Kiosk {
  booth: Ref<number | null>;
  kind: Ref<Holder["kind"]>;
  text: Ref<string>;
  busy: Ref<boolean>;
  problem: Ref<string>;
  given: ShallowRef<PaperOut | null>;
  backIn: Ref<number>;
  canGive: ComputedRef<boolean>;
  give: () => Promise<void>;
  again: () => void;
  /** The clerk is busy with this paper: don't go back by yourself. */
  stay: () => void;
}

export function useKiosk(slug: () => string, printed: () => void): Kiosk {
  const { t } = useI18n();
  const booth = ref<number | null>(null);
  const kind = ref<Holder["kind"]>("paper");
  const text = ref("");
  const busy = ref(false);
  const problem = ref("");
  const given = shallowRef<PaperOut | null>(null);
  const backIn = ref(0);
  let timer: ReturnType<typeof setInterval> | null = null;

  const holder = computed<Holder>(() => (kind.value === "paper" ? { kind: "paper" } : { kind: kind.value, text: text.value }));

  function stay(): void {
    if (timer !== null) clearInterval(timer);
    timer = null;
    backIn.value = 0;
  }

  function again(): void {
    stay();
    given.value = null;
    booth.value = null;
    kind.value = "paper";
    text.value = "";
    problem.value = "";
  }

  function leaveSoon(): void {
    stay();
    backIn.value = BACK_AFTER_S;
    timer = setInterval(() => {
      backIn.value -= 1;
      if (backIn.value <= 0) again();
    }, 1_000);
  }

  async function give(): Promise<void> {
    if (booth.value === null || busy.value) return;
    const wrong = problemOf(holder.value);
    problem.value = wrong === null ? "" : t(`kiosk.${wrong}`);
    if (wrong !== null) return;
    busy.value = true;
    try {
      given.value = await api.giveKioskTicket(slug(), booth.value, holder.value);
      leaveSoon();
      printed();
    } catch (error) {
      problem.value = explain(error, t);
    } finally {
      busy.value = false;
    }
  }

  watch([booth, kind, text], () => {
    problem.value = "";
  });
  onScopeDispose(stay);
  return { booth, kind, text, busy, problem, given, backIn, canGive: computed(() => booth.value !== null && !busy.value), give, again, stay };
}
