/** One command at a time, and its refusal as words: under its field, or above the form. */
import { ref, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import { ApiError } from "@/http/client";
import { explain } from "@/http/explain";

export interface Attempts {
  busy: Ref<boolean>;
  problem: Ref<string>;
  fields: Ref<Record<string, string>>;
  attempt: (act: () => Promise<unknown>) => Promise<boolean>;
}

export function useAttempt(): Attempts {
  const { t } = useI18n();
  const busy = ref(false);
  const problem = ref("");
  const fields = ref<Record<string, string>>({});

  /** True when it was done. */
  async function attempt(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    problem.value = "";
    fields.value = {};
    try {
      await act();
      return true;
    } catch (error) {
      if (error instanceof ApiError) fields.value = error.fields;
      problem.value = explain(error, t);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, problem, fields, attempt };
}
