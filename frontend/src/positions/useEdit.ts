/**
 * One position's form, kept as it is typed: a moment after the last key, one save at a time, in order. A save that
 * finds another revision stops the saving until the person has chosen whose words stay.
 */
import { computed, onScopeDispose, reactive, ref, shallowRef, toRaw, watch, type ComputedRef, type Ref } from "vue";

import { ApiError } from "@/http/client";
import type { PositionEditOut } from "@/http/schema.gen";
import { EMPTY, type Form } from "@/positions/types";

export type Saving = "saved" | "typing" | "saving" | "offline" | "conflict" | "refused";

interface Keeper {
  save: (id: number, revision: number, form: Form) => Promise<PositionEditOut>;
  load: (id: number) => Promise<PositionEditOut>;
}

export interface Edit {
  form: Form;
  known: Ref<PositionEditOut | null>;
  saving: Ref<Saving>;
  /** What the server refused, by field; and, in a conflict, what stands there now. */
  problems: Ref<Record<string, string>>;
  isDirty: ComputedRef<boolean>;
  take: (edit: PositionEditOut) => void;
  /** Save now what is not saved yet. True when the server has every word. */
  flush: () => Promise<boolean>;
  /** Out of a conflict: keep what is typed here, or take what is stored. */
  resolve: (keep: "mine" | "theirs") => Promise<void>;
}

const PAUSE_MS = 900;
const AGAIN_MS = 4000;

export function useEdit(keeper: Keeper): Edit {
  const form = reactive<Form>({ ...EMPTY });
  const known = shallowRef<PositionEditOut | null>(null);
  const saving = ref<Saving>("saved");
  const problems = ref<Record<string, string>>({});
  const stored = ref("");
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | null = null;

  const words = (): string => JSON.stringify(toRaw(form));
  const isDirty = computed(() => known.value !== null && JSON.stringify(form) !== stored.value);

  function take(edit: PositionEditOut): void {
    known.value = edit;
    Object.assign(form, EMPTY, edit.form);
    stored.value = words();
    problems.value = {};
    saving.value = "saved";
  }

  function later(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
  }

  async function save(): Promise<boolean> {
    const edit = known.value;
    if (edit === null || saving.value === "conflict") return false;
    if (!isDirty.value) return true;
    const sent = words();
    saving.value = "saving";
    try {
      known.value = await keeper.save(edit.id, edit.revision, JSON.parse(sent) as Form);
      stored.value = sent;
      problems.value = {};
      saving.value = isDirty.value ? "typing" : "saved";
      return !isDirty.value;
    } catch (error) {
      return failed(error);
    }
  }

  function failed(error: unknown): false {
    if (error instanceof ApiError && error.status === 409) {
      problems.value = error.fields;
      saving.value = "conflict";
    } else if (error instanceof ApiError) {
      problems.value = error.fields;
      saving.value = "refused";
    } else {
      saving.value = "offline";
      later(AGAIN_MS);
    }
    return false;
  }

  async function flush(): Promise<boolean> {
    clearTimeout(timer);
    while (running !== null) await running;
    running = save();
    const done = await running;
    running = null;
    return done;
  }

  async function resolve(keep: "mine" | "theirs"): Promise<void> {
    const edit = known.value;
    if (edit === null) return;
    const latest = await keeper.load(edit.id);
    if (keep === "theirs") {
      take(latest);
      return;
    }
    known.value = latest;
    stored.value = JSON.stringify({ ...EMPTY, ...latest.form });
    problems.value = {};
    saving.value = "typing";
    await flush();
  }

  watch(
    () => JSON.stringify(form),
    () => {
      if (!isDirty.value || saving.value === "conflict") return;
      if (saving.value !== "saving") saving.value = "typing";
      later(PAUSE_MS);
    },
  );
  const onBack = (): void => {
    if (saving.value === "offline") void flush();
  };
  window.addEventListener("online", onBack);
  onScopeDispose(() => {
    clearTimeout(timer);
    window.removeEventListener("online", onBack);
    if (isDirty.value && saving.value !== "conflict") void flush();
  });
  return { form, known, saving, problems, isDirty, take, flush, resolve };
}
