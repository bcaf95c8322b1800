/** One phone at one gate: what it was told last, what it keeps, and what it answers. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue";

import { useSession } from "@/accounts/store";
import { ownAnswer, refuseAtSight, shownOf, TONES, type Direction, type Shown } from "@/checkin/answers";
import * as api from "@/checkin/api";
import { ScanQueue, type KeptScan, type QueueState } from "@/checkin/queue";
import { useSignals } from "@/checkin/signals";
import { NetworkError } from "@/http/client";
import { browserStore } from "@/http/outboxStore";
import type { DoorsOut, GateOut, HallOut } from "@/http/schema.gen";
import { useLoad, type Load } from "@/http/useLoad";
import { keepLocally, keptLocally } from "@/lib/kept";
import { onWakeUp } from "@/lib/wake";
import { useGaugeTopic } from "@/realtime/useTopic";

export const UNDO_MS = 10_000;
interface Choice {
  gate: number | null;
  direction: Direction;
}

export interface Gate extends Load {
  doors: ShallowRef<DoorsOut | null>;
  hall: ComputedRef<HallOut | null>;
  gate: ComputedRef<GateOut | null>;
  gates: ComputedRef<GateOut[]>;
  choice: Ref<Choice>;
  answer: ShallowRef<Shown | null>;
  answeredAt: Ref<number>;
  queue: QueueState;
  isBusy: Ref<boolean>;
  show: (text: string) => Promise<void>;
  walk: (direction: Direction) => Promise<void>;
  undo: () => Promise<void>;
}

export function useGate(slug: string): Gate {
  const session = useSession();
  const signal = useSignals();
  const keptAs = `jobfair.doors.${slug}`;
  const doors = shallowRef<DoorsOut | null>(keptLocally<DoorsOut>(keptAs));
  const choice = ref<Choice>(keptLocally<Choice>(`${keptAs}.choice`) ?? { gate: null, direction: "in" });
  const answer = shallowRef<Shown | null>(null);
  const answeredAt = ref(0);
  const isBusy = ref(false);
  const told = shallowRef<HallOut | null>(null);
  const queue = new ScanQueue({
    slug,
    store: browserStore<KeptScan>("jobfair.scans"),
    send: (scans, within) => api.sendScans(slug, scans, within),
    heard: (hall) => {
      told.value = hall;
    },
  });

  const load = useLoad(
    async () => {
      try {
        if (session.me === null) await session.load();
        doors.value = await api.fetchDoors(slug);
        told.value = doors.value.hall;
        keepLocally(keptAs, doors.value); // figures and names of gates; nobody's data
      } catch (error) {
        if (!(error instanceof NetworkError) || doors.value === null) throw error;
      }
    },
    () => [slug, session.user?.id],
    () => doors.value !== null,
  );

  const gauge = useGaugeTopic<unknown>(() => doors.value?.topic ?? null);
  const live = computed(() => (gauge.view.value?.status === "live" ? gauge.view.value.state : null));
  watch(live, (state) => {
    if (state?.["hall"] !== undefined) told.value = state["hall"] as HallOut;
  });
  const hall = computed(() => told.value ?? doors.value?.hall ?? null);
  const gates = computed(() => (doors.value?.gates ?? []).filter((one) => one.is_open).map((one) => ({ ...one, ...(live.value?.[`gate:${one.id}`] as Partial<GateOut> | undefined) })));
  const gate = computed(() => gates.value.find((one) => one.id === choice.value.gate) ?? gates.value[0] ?? null);
  watch(choice, (chosen) => { keepLocally(`${keptAs}.choice`, chosen); }, { deep: true });

  function say(shown: Shown): void {
    answer.value = shown;
    answeredAt.value = Date.now();
    signal(TONES[shown.verdict]);
  }

  async function tap(direction: Direction, shown: string | null): Promise<void> {
    const at = gate.value;
    if (at === null || isBusy.value) return;
    const walkIn = shown === null;
    const refused = shown === null ? null : refuseAtSight(shown, doors.value?.fair_id ?? 0);
    if (refused !== null) {
      say(ownAnswer("", refused, direction, walkIn, false));
      return;
    }
    isBusy.value = true;
    try {
      // Without network the last word holds: while entry was held, nobody is let in.
      if (!queue.state.online && direction === "in" && hall.value?.held === true) {
        await queue.sync();
        if (!queue.state.online) {
          say(ownAnswer("", "full", direction, walkIn, true));
          return;
        }
      }
      const earlier = shown === null ? undefined : (await queue.waiting()).filter((one) => one.scan.shown === shown && one.scan.undone_at == null).at(-1);
      const { key, answer: reply } = await queue.tap({ gate: at.id, direction, shown, by: session.user?.id ?? null });
      const again = earlier?.scan.direction === direction;
      const guess = direction === "in" ? (again ? "already_in" : "in") : again ? "not_in" : "out";
      say(reply === null ? ownAnswer(key, guess, direction, walkIn, true) : shownOf(reply, direction, walkIn));
    } finally {
      isBusy.value = false;
    }
  }

  async function undo(): Promise<void> {
    const last = answer.value;
    if (last === null || last.key === "" || last.undone) return;
    answer.value = { ...last, undone: true };
    await queue.undo(last.key);
  }

  void queue.start();
  const asleep = onWakeUp(() => void queue.sync());
  onScopeDispose(() => {
    asleep();
    queue.stop();
  });
  return {
    ...load, doors, hall, gate, gates, choice, answer, answeredAt, queue: queue.state, isBusy, undo,
    show: (text) => tap(choice.value.direction, text),
    walk: (direction) => tap(direction, null),
  };
}
