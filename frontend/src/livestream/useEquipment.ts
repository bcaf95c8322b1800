/** A room's picture as the studio handles it: what there is, how it does, and one command at a time. */
import { computed, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue";

import type { EquipmentOut, HealthOut, RelayOut } from "@/http/schema.gen";
import { useAttempt } from "@/http/useAttempt";
import { useLoad, type Face } from "@/http/useLoad";
import { fetchEquipment } from "@/livestream/mediaApi";
import { reducePicture } from "@/livestream/picture";
import { useGaugeTopic, useLogTopic } from "@/realtime/useTopic";

export interface Equipment {
  face: Ref<Face>;
  again: () => Promise<void>;
  equipment: ShallowRef<EquipmentOut | null>;
  /** The newest there is: by the gauge each second, else as loaded. */
  health: ComputedRef<HealthOut>;
  source: ComputedRef<EquipmentOut["source"]>;
  /** The media station speaks. */
  answers: ComputedRef<boolean>;
  relays: ComputedRef<RelayOut[]>;
  busy: Ref<boolean>;
  problem: Ref<string>;
  fields: Ref<Record<string, string>>;
  run: (act: () => Promise<EquipmentOut>) => Promise<boolean>;
}

const NOTHING: HealthOut = { kbps: 0, fps: 0, dropped: 0, lag_ms: 0, segment_age_ms: null, longest_segment: 0, trouble: "" };
type Gauge = Partial<HealthOut> & { source: EquipmentOut["source"] | null; relays: Record<string, [RelayOut["state"], string]> };

export function useEquipment(roomId: () => number): Equipment {
  const equipment = shallowRef<EquipmentOut | null>(null);
  const { busy, problem, fields, attempt } = useAttempt();
  const { face, again } = useLoad(
    async (isLatest) => {
      const loaded = await fetchEquipment(roomId());
      if (isLatest()) equipment.value = loaded;
    },
    roomId,
    () => equipment.value?.room_id === roomId(),
  );
  const gauge = useGaugeTopic<unknown>(() => `live:${roomId()}:health`);
  const told = computed(() => (gauge.view.value?.status === "live" ? (gauge.view.value.state as unknown as Gauge | null) : null));
  const picture = useLogTopic(() => `live:${roomId()}:picture`, reducePicture);
  watch(
    () => picture.view.value?.state,
    () => void again(),
  );

  const answers = computed(() => (told.value === null ? (equipment.value?.station_answers ?? false) : told.value.source !== null));
  const source = computed(() => (told.value === null ? (equipment.value?.source ?? "") : (told.value.source ?? "")));
  const health = computed<HealthOut>(() => (told.value === null ? (equipment.value?.health ?? NOTHING) : { ...NOTHING, ...told.value }));
  const relays = computed(() =>
    (equipment.value?.relays ?? []).map((one): RelayOut => {
      const [state, reason] = told.value?.relays[String(one.id)] ?? [one.state, one.reason];
      return one.is_on ? { ...one, state, reason } : one;
    }),
  );
  const run = (act: () => Promise<EquipmentOut>): Promise<boolean> =>
    attempt(async () => {
      equipment.value = await act();
    });
  return { face, again, equipment, health, source, answers, relays, busy, problem, fields, run };
}
