/** A console's state and actions; one action at a time, its refusal in one sentence. */
import { computed, ref, watch, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import type { BoothChange } from "@/booths/api";
import { consoleView, initialDesk, type ConsoleView } from "@/booths/console";
import { keepDraft, readDraft } from "@/booths/drafts";
import type { InterviewResult } from "@/booths/line";
import { useDesk } from "@/booths/store";
import { explain } from "@/http/explain";
import type { DeskOut } from "@/http/schema.gen";

export interface Notice {
  text: string;
  isProblem: boolean;
}

export interface Console {
  desk: ComputedRef<DeskOut | null>;
  seat: Ref<number>;
  view: ComputedRef<ConsoleView | null>;
  busy: Ref<boolean>;
  notice: Ref<Notice | null>;
  result: Ref<InterviewResult | null>;
  note: Ref<string>;
  isRefused: ComputedRef<boolean>;
  callNext: () => Promise<void>;
  serve: () => Promise<void>;
  miss: () => Promise<void>;
  finish: () => Promise<void>;
  change: (change: BoothChange) => Promise<void>;
}

const RESULT_KEYS: Record<InterviewResult, string> = { talked: "desk.talked", left: "desk.left", no_show: "desk.noShow" };

export function useConsole(boothId: () => number, loaded: () => DeskOut | null): Console {
  const { t } = useI18n();
  const live = useDesk(boothId);
  const desk = computed(() => live.view.value?.state ?? loaded());
  const seat = ref(0);
  const busy = ref(false);
  const notice = ref<Notice | null>(null);
  const result = ref<InterviewResult | null>(null);
  const note = ref("");
  const view = computed(() => (desk.value === null ? null : consoleView(desk.value, seat.value)));

  const keptAs = (): string => `jobfair.desk.${boothId()}`;
  watch(
    () => desk.value !== null,
    (isThere) => {
      if (isThere && seat.value === 0 && desk.value !== null) seat.value = initialDesk(desk.value, read(keptAs()));
    },
    { immediate: true },
  );
  watch(seat, (number) => {
    if (number > 0) write(keptAs(), String(number));
  });
  watch(
    () => view.value?.current?.ticket_id,
    (ticket) => {
      result.value = null;
      note.value = ticket === undefined ? "" : readDraft(ticket);
    },
    { immediate: true },
  );
  watch(note, (text) => {
    const ticket = view.value?.current?.ticket_id;
    if (ticket !== undefined) keepDraft(ticket, text);
  });

  async function act(command: () => Promise<string>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    notice.value = null;
    try {
      const text = await command();
      if (text !== "") notice.value = { text, isProblem: false };
    } catch (error) {
      notice.value = { text: explain(error, t), isProblem: true };
    } finally {
      busy.value = false;
    }
  }

  async function callNext(): Promise<void> {
    const chosen = desk.value?.desks.find((row) => row.number === seat.value);
    if (chosen === undefined || view.value === null || view.value.cannotCall !== null) return;
    await act(async () => {
      const called = await live.callNext(chosen.id);
      return called === null ? t("desk.everyoneHeld") : "";
    });
  }

  async function serve(): Promise<void> {
    const current = view.value?.current;
    if (current == null || current.state === "serving") return;
    await act(async () => {
      await live.serve(current.ticket_id);
      return "";
    });
  }

  async function miss(): Promise<void> {
    const current = view.value?.current;
    if (current?.state !== "called") return;
    await act(async () => {
      await live.miss(current.ticket_id);
      keepDraft(current.ticket_id, "");
      return t("desk.missedDone", { label: current.label });
    });
  }

  async function finish(): Promise<void> {
    const current = view.value?.current;
    const chosen = result.value;
    if (current?.state !== "serving" || chosen === null) return;
    await act(async () => {
      await live.finish(current.ticket_id, chosen, note.value.trim());
      keepDraft(current.ticket_id, "");
      return t("desk.finished", { label: current.label, result: t(RESULT_KEYS[chosen]) });
    });
  }

  async function change(next: BoothChange): Promise<void> {
    await act(async () => {
      await live.change(next);
      return "";
    });
  }

  const isRefused = computed(() => live.view.value?.status === "refused");
  return { desk, seat, view, busy, notice, result, note, isRefused, callNext, serve, miss, finish, change };
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
}
