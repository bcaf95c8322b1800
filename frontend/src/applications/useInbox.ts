/** An inbox's state and actions: live rows over fetched ones, one open résumé, decisions that can be taken back. */
import { computed, reactive, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";

import { useSession } from "@/accounts/store";
import * as api from "@/applications/api";
import { commonMoves, isFiltered, isGone, neighbour, NO_FILTER, rowsOf, type Filter } from "@/applications/inbox";
import { reduceInbox, type Inbox, type Push } from "@/applications/live";
import type { DecidedState, InboxApplicationOut, InboxRow } from "@/applications/types";
import { explain } from "@/http/explain";
import { serverNow } from "@/lib/clock";
import type { TopicView } from "@/realtime/topic";
import { useLogTopic } from "@/realtime/useTopic";

export interface Notice {
  text: string;
  isProblem: boolean;
}

export interface Undoable {
  decisionId: number;
  to: DecidedState;
  n: number;
  until: number;
}

export interface InboxHandle {
  view: ComputedRef<TopicView<Inbox> | null>;
  inbox: ComputedRef<Inbox | null>;
  rows: ComputedRef<InboxRow[]>;
  filter: Filter;
  hasMore: ComputedRef<boolean>;
  more: () => Promise<void>;
  cursor: Ref<number | null>;
  selected: Set<number>;
  opened: ShallowRef<InboxApplicationOut | null>;
  row: ComputedRef<InboxRow | null>;
  moves: ComputedRef<DecidedState[]>;
  busy: Ref<boolean>;
  notice: Ref<Notice | null>;
  undoable: ShallowRef<Undoable | null>;
  step: (by: 1 | -1) => Promise<void>;
  open: (id: number) => Promise<void>;
  close: () => void;
  select: (id: number) => void;
  decide: (to: DecidedState, reason?: api.Reason) => Promise<boolean>;
  undo: () => Promise<void>;
  note: (text: string) => Promise<boolean>;
}

const NO_REASON: api.Reason = { code: "", text: "" };
const TYPING_MS = 250;

export function useInbox(id: () => number, arrived: (row: InboxRow) => void): InboxHandle {
  const { t } = useI18n();
  const session = useSession();
  const { topic, view } = useLogTopic<Inbox, Push>(() => (session.isSignedIn ? `inbox:${id()}` : null), reduceInbox);
  const inbox = computed(() => view.value?.state ?? null);

  const filter = reactive<Filter>({ ...NO_FILTER });
  const fetched = shallowRef<InboxRow[]>([]);
  const next = ref<number | null>(null);
  const cursor = ref<number | null>(null);
  const selected = reactive(new Set<number>());
  const opened = shallowRef<InboxApplicationOut | null>(null);
  const busy = ref(false);
  const notice = ref<Notice | null>(null);
  const undoable = shallowRef<Undoable | null>(null);

  const openId = computed(() => opened.value?.application.id ?? null);
  const rows = computed(() => (inbox.value === null ? [] : rowsOf(inbox.value, fetched.value, filter, openId.value)));
  const row = computed(() => rows.value.find((one) => one.id === openId.value) ?? opened.value?.application ?? null);
  const targets = computed(() => {
    if (selected.size > 0) return rows.value.filter((one) => selected.has(one.id));
    return row.value === null ? [] : [row.value];
  });
  const moves = computed(() => commonMoves(targets.value));

  // Fetching

  let run = 0;
  async function fetchPage(before: number | null): Promise<void> {
    const mine = ++run;
    try {
      const page = await api.fetchInboxPage(id(), { ...filter }, before);
      if (mine !== run) return;
      fetched.value = before === null ? page.items : [...fetched.value, ...page.items];
      next.value = page.next;
    } catch (error) {
      if (mine === run) notice.value = { text: explain(error, t), isProblem: true };
    }
  }

  /** Everything fetched may hold what was withdrawn meanwhile: it is read again. */
  async function refresh(): Promise<void> {
    const live = inbox.value;
    if (live === null) return;
    fetched.value = [];
    next.value = isFiltered(filter) ? null : live.applications.length < 50 ? null : (live.applications.at(-1)?.id ?? null);
    if (isFiltered(filter)) await fetchPage(null);
  }

  let typing: ReturnType<typeof setTimeout> | undefined;
  watch(
    () => ({ ...filter }),
    (now, before) => {
      clearTimeout(typing);
      typing = setTimeout(() => void refresh(), now.q === before.q ? 0 : TYPING_MS);
    },
  );

  // What is live

  let known = 0;
  watch(
    inbox,
    (now, before) => {
      if (now === null) return;
      const isSnapshot = now.touched === undefined;
      const newest = now.applications[0];
      if (before != null && newest !== undefined && newest.id > known && newest.state === "submitted") arrived(newest);
      known = Math.max(known, newest?.id ?? 0);
      for (const one of selected) if (isGone(now, one)) selected.delete(one);
      if (openId.value !== null && isGone(now, openId.value)) takeAway();
      if (isSnapshot) void refresh();
    },
    { immediate: true },
  );
  watch(
    () => view.value?.status,
    (status) => {
      if (status === "refused") opened.value = null;
    },
  );

  function takeAway(): void {
    opened.value = null;
    notice.value = { text: t("inbox.withdrawn"), isProblem: false };
  }

  /** What a reply says of rows, through the same reducer as the pushes that follow. */
  function show(changed: readonly InboxRow[], from: number): void {
    for (const application of changed) {
      const was = rows.value.find((one) => one.id === application.id)?.state ?? null;
      if (was !== null) topic.value?.applyReply({ is: "applications.inbox_changed", data: { application, was, became: application.state } }, from);
    }
  }

  // Acting

  let running: Promise<boolean> = Promise.resolve(true);

  async function act(command: () => Promise<void>): Promise<boolean> {
    if (busy.value) return false;
    running = carryOut(command);
    return running;
  }

  async function carryOut(command: () => Promise<void>): Promise<boolean> {
    busy.value = true;
    notice.value = null;
    try {
      await command();
      return true;
    } catch (error) {
      notice.value = { text: explain(error, t), isProblem: true };
      return false;
    } finally {
      busy.value = false;
    }
  }

  async function open(applicationId: number): Promise<void> {
    cursor.value = applicationId;
    if (openId.value === applicationId) return;
    await act(async () => {
      const from = topic.value?.position ?? 0;
      const reply = await api.openApplication(id(), applicationId);
      if (cursor.value !== applicationId) return;
      if (inbox.value !== null && isGone(inbox.value, applicationId)) return;
      opened.value = reply;
      show([reply.application], from);
    });
  }

  async function step(by: 1 | -1): Promise<void> {
    const to = neighbour(rows.value, cursor.value, by);
    if (to === null) return;
    if (opened.value !== null) await open(to.id);
    else cursor.value = to.id;
  }

  async function decide(to: DecidedState, reason = NO_REASON): Promise<boolean> {
    const asked = targets.value;
    if (asked.length === 0) return false;
    return act(async () => {
      const from = topic.value?.position ?? 0;
      const ids = asked.map((one) => one.id);
      const done = await api.decide(id(), ids, to, reason);
      const changed = asked.filter((one) => done.changed.includes(one.id));
      show(changed.map((one) => ({ ...one, state: to })), from);
      if (changed.length > 0) undoable.value = { decisionId: done.decision_id, to, n: changed.length, until: Date.parse(done.settles_at) };
      const refused = done.refused[0];
      if (refused !== undefined) notice.value = { text: t("inbox.someRefused", { n: done.refused.length, why: refused.message }), isProblem: true };
      selected.clear();
    });
  }

  /** Takes back what was done last, also where its push is on the screen and its reply still on the way. */
  async function undo(): Promise<void> {
    await running;
    const last = undoable.value;
    if (last === null || serverNow() >= last.until) return;
    await act(async () => {
      const { restored } = await api.undoDecision(id(), last.decisionId);
      undoable.value = null;
      notice.value = { text: t("inbox.undone", { n: restored.length }), isProblem: false };
    });
  }

  async function note(text: string): Promise<boolean> {
    const current = opened.value;
    if (current === null) return false;
    return act(async () => {
      const written = await api.addNote(id(), current.application.id, text);
      if (opened.value === current) opened.value = { ...current, notes: [...current.notes, written] };
    });
  }

  return {
    view,
    inbox,
    rows,
    filter,
    hasMore: computed(() => next.value !== null),
    more: () => fetchPage(next.value),
    cursor,
    selected,
    opened,
    row,
    moves,
    busy,
    notice,
    undoable,
    step,
    open,
    close: () => {
      opened.value = null;
    },
    select: (one) => {
      if (!selected.delete(one)) selected.add(one);
    },
    decide,
    undo,
    note,
  };
}
