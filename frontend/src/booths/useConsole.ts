/** A console's state and actions; one action at a time, its refusal in one sentence. */
import { computed, reactive, ref, watch, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";

import { useSession } from "@/accounts/store";
import type { BoothChange } from "@/booths/api";
import { consoleView, dutyOf, finishOf, initialDesk, type ConsoleView, type Ending, type MyDuty, type Why } from "@/booths/console";
import { keepDraft, readDraft } from "@/booths/drafts";
import { useDesk } from "@/booths/store";
import { explain } from "@/http/explain";
import type { DeskOut, DeskTicket } from "@/http/schema.gen";

export interface Notice {
  text: string;
  isProblem: boolean;
}

/** The last act, while it can still be taken back. */
export interface Undoable {
  ticketId: number;
  label: string;
  what: "call" | "finish";
  until: number;
}

export interface Console {
  desk: ComputedRef<DeskOut | null>;
  seat: Ref<number>;
  view: ComputedRef<ConsoleView | null>;
  myDuty: ComputedRef<MyDuty>;
  busy: Ref<boolean>;
  notice: Ref<Notice | null>;
  undoable: ComputedRef<Undoable | null>;
  ending: Ref<Ending | null>;
  why: Why;
  note: Ref<string>;
  /** Null while something is missing. */
  canFinish: ComputedRef<boolean>;
  isRefused: ComputedRef<boolean>;
  callNext: () => Promise<void>;
  callPicked: (row: DeskTicket, reason: string) => Promise<boolean>;
  recall: () => Promise<void>;
  serve: () => Promise<void>;
  miss: () => Promise<void>;
  hold: (row: DeskTicket) => Promise<void>;
  transfer: (row: DeskTicket, boothId: number) => Promise<boolean>;
  finish: () => Promise<void>;
  undo: () => Promise<void>;
  change: (change: BoothChange) => Promise<void>;
  close: () => Promise<boolean>;
  lastTicket: (on: boolean) => Promise<void>;
  duty: (state: MyDuty) => Promise<void>;
}

export const HOLD_MINUTES = 10;

export function useConsole(boothId: () => number, loaded: () => DeskOut | null): Console {
  const { t } = useI18n();
  const session = useSession();
  const live = useDesk(boothId);
  const desk = computed(() => live.view.value?.state ?? loaded());
  const seat = ref(0);
  const busy = ref(false);
  const notice = ref<Notice | null>(null);
  const ending = ref<Ending | null>(null);
  const why = reactive<Why>({ code: "", text: "" });
  const note = ref("");
  const finished = ref<Undoable | null>(null);
  const view = computed(() => (desk.value === null ? null : consoleView(desk.value, seat.value)));
  const myDuty = computed(() => (desk.value === null ? "off" : dutyOf(desk.value, session.user?.id ?? null)));
  const deskId = computed(() => desk.value?.desks.find((row) => row.number === seat.value)?.id ?? null);
  const undoable = computed<Undoable | null>(() => {
    const current = view.value?.current;
    if (current?.state === "called" && current.undo_until !== null) {
      return { ticketId: current.ticket_id, label: current.label, what: "call", until: Date.parse(current.undo_until) };
    }
    return current == null ? finished.value : null;
  });
  const how = computed(() => finishOf(ending.value, why, note.value));

  const keptAs = (): string => `jobfair.desk.${boothId()}`;
  watch(
    () => desk.value !== null && session.me !== null,
    (isThere) => {
      if (isThere && seat.value === 0 && desk.value !== null) seat.value = initialDesk(desk.value, read(keptAs()), session.user?.id ?? null);
    },
    { immediate: true },
  );
  watch(seat, (number) => {
    finished.value = null;
    if (number > 0) write(keptAs(), String(number));
  });
  watch(
    () => view.value?.current?.ticket_id,
    (ticket) => {
      ending.value = null;
      Object.assign(why, { code: "", text: "" });
      note.value = ticket === undefined ? "" : readDraft(ticket);
      if (ticket !== undefined) finished.value = null;
    },
    { immediate: true },
  );
  watch(note, (text) => {
    const ticket = view.value?.current?.ticket_id;
    if (ticket !== undefined) keepDraft(ticket, text);
  });

  /** True when it was done. */
  async function act(command: () => Promise<string>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    notice.value = null;
    try {
      const text = await command();
      if (text !== "") notice.value = { text, isProblem: false };
      return true;
    } catch (error) {
      notice.value = { text: explain(error, t), isProblem: true };
      return false;
    } finally {
      busy.value = false;
    }
  }

  async function callNext(): Promise<void> {
    const id = deskId.value;
    if (id === null || view.value === null || view.value.cannotCall !== null) return;
    await act(async () => ((await live.callNext(id)) === null ? t("desk.everyoneHeld") : ""));
  }

  async function callPicked(row: DeskTicket, reason: string): Promise<boolean> {
    const id = deskId.value;
    if (id === null) return false;
    return act(async () => {
      await live.callPicked(id, row.ticket_id, reason);
      return "";
    });
  }

  async function recall(): Promise<void> {
    const current = view.value?.current;
    if (current?.state !== "called") return;
    await act(async () => {
      const { announcements } = await live.recall(current.ticket_id);
      return t("desk.recalled", { label: current.label, n: announcements });
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

  async function hold(row: DeskTicket): Promise<void> {
    if (row.state !== "waiting" && row.state !== "called") return;
    await act(async () => {
      await live.hold(row.ticket_id, HOLD_MINUTES);
      return t("desk.heldDone", { label: row.label, n: HOLD_MINUTES });
    });
  }

  async function transfer(row: DeskTicket, booth: number): Promise<boolean> {
    return act(async () => {
      const moved = await live.transfer(row.ticket_id, booth);
      return t("desk.transferred", { label: row.label, to: moved.label });
    });
  }

  async function finish(): Promise<void> {
    const current = view.value?.current;
    const said = how.value;
    const chosen = ending.value;
    if (current?.state !== "serving" || said === null || chosen === null) return;
    await act(async () => {
      const { undo_until, result_waits } = await live.finish(current.ticket_id, said);
      keepDraft(current.ticket_id, "");
      const { ticket_id: ticketId, label } = current;
      finished.value = undo_until === null ? null : { ticketId, label, what: "finish", until: Date.parse(undo_until) };
      const text = t("desk.finished", { label, result: t(`desk.end_${chosen}`) });
      return result_waits ? text + t("desk.awaitsConsent") : text;
    });
  }

  async function undo(): Promise<void> {
    const last = undoable.value;
    if (last === null) return;
    await act(async () => {
      await live.undo(last.ticketId, last.what);
      finished.value = null;
      return t("desk.undone", { label: last.label });
    });
  }

  async function change(next: BoothChange): Promise<void> {
    await act(async () => {
      await live.change(next);
      return "";
    });
  }

  return {
    desk,
    seat,
    view,
    myDuty,
    busy,
    notice,
    undoable,
    ending,
    why,
    note,
    canFinish: computed(() => how.value !== null),
    isRefused: computed(() => live.view.value?.status === "refused"),
    callNext,
    callPicked,
    recall,
    serve,
    miss,
    hold,
    transfer,
    finish,
    undo,
    change,
    close: () =>
      act(async () => {
        await live.close(true);
        return t("desk.closedDone");
      }),
    lastTicket: async (on) => {
      await act(async () => {
        await live.lastTicket(on);
        return on ? t("desk.lastTicketOn") : t("desk.lastTicketOff");
      });
    },
    duty: async (state) => {
      const id = deskId.value;
      if (id === null || myDuty.value === state) return;
      await act(async () => {
        await live.duty(id, state);
        return "";
      });
    },
  };
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
