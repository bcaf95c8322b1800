/** The studio of one room: what is on, what comes, and the commands that move it. Replies show at once, pushes follow. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref } from "vue";

import type { CueIn, PersonIn, RundownOut } from "@/http/schema.gen";
import { useAttempt } from "@/http/useAttempt";
import * as api from "@/livestream/api";
import { reduceStudio, type Push } from "@/livestream/live";
import type { StudioOut } from "@/realtime/protocol.gen";
import type { TopicView } from "@/realtime/topic";
import { useLogTopic } from "@/realtime/useTopic";

export type StudioCue = RundownOut["cues"][number];

export interface StudioHandle {
  view: ComputedRef<TopicView<StudioOut> | null>;
  room: ComputedRef<StudioOut["room"] | null>;
  rundown: ComputedRef<RundownOut | null>;
  onAir: ComputedRef<StudioCue | null>;
  coming: ComputedRef<StudioCue | null>;
  isOn: ComputedRef<boolean>;
  isOver: ComputedRef<boolean>;
  busy: Ref<boolean>;
  problem: Ref<string>;
  fields: Ref<Record<string, string>>;
  act: (what: api.Act) => Promise<boolean>;
  air: (what: api.Air) => Promise<boolean>;
  jump: (cueId: number) => Promise<boolean>;
  skip: (cueId: number) => Promise<boolean>;
  remove: (cueId: number) => Promise<boolean>;
  arrange: (order: number[]) => Promise<boolean>;
  add: (cues: CueIn[]) => Promise<boolean>;
  correct: (cueId: number, cue: CueIn) => Promise<boolean>;
  namePeople: (people: PersonIn[]) => Promise<boolean>;
  seePaper: (personId: number, paper: api.Paper) => Promise<boolean>;
}

/** `sessionId`: a broadcast of the room that is prepared while another is shown; null for the one that is. */
export function useStudio(roomId: () => number, sessionId: () => number | null): StudioHandle {
  const { topic, view } = useLogTopic<StudioOut, Push>(() => `live:${roomId()}:control`, reduceStudio);
  const { busy, problem, fields, attempt } = useAttempt();
  const state = computed(() => view.value?.state ?? null);
  const other = shallowRef<RundownOut | null>(null); // the one asked for, while the room shows another
  const isOther = computed(() => sessionId() !== null && state.value !== null && state.value.rundown?.session.id !== sessionId());
  const rundown = computed(() => (isOther.value ? other.value : (state.value?.rundown ?? null)));
  let isGone = false;
  onScopeDispose(() => {
    isGone = true;
  });
  watch([isOther, sessionId], async ([is, id]) => {
    if (!is || id === null) return;
    const found = await api.fetchRundown(id).catch(() => null);
    if (!isGone && sessionId() === id) other.value = found;
  });

  const cues = computed(() => rundown.value?.cues ?? []);
  const onAir = computed(() => cues.value.find((one) => one.state === "on_air") ?? null);
  const coming = computed(() => {
    const waiting = cues.value.filter((one) => one.state === "planned");
    const rank = onAir.value?.rank ?? -1;
    return waiting.find((one) => one.rank > rank) ?? waiting[0] ?? null;
  });

  function tell(send: (session: number) => Promise<RundownOut>): Promise<boolean> {
    const id = rundown.value?.session.id;
    if (id === undefined) return Promise.resolve(false);
    return attempt(async () => {
      const from = topic.value?.position ?? 0;
      const reply = await send(id);
      if (isOther.value) other.value = reply;
      else if (state.value !== null) topic.value?.applyReply({ is: "livestream.studio_changed", data: { room: state.value.room, rundown: reply } }, from);
    });
  }
  const seen = (): number | null => onAir.value?.id ?? null;
  const stage = computed(() => rundown.value?.session.state ?? "planned");
  return {
    view,
    room: computed(() => state.value?.room ?? null),
    rundown,
    onAir,
    coming,
    isOn: computed(() => stage.value === "live" || stage.value === "interrupted"),
    isOver: computed(() => stage.value === "ended" || stage.value === "published"),
    busy,
    problem,
    fields,
    act: (what) => tell((id) => api.act(id, what)),
    air: (what) => tell((id) => api.air(id, what, seen())),
    jump: (cueId) => tell(() => api.jump(cueId, seen())),
    skip: (cueId) => tell(() => api.skip(cueId)),
    remove: (cueId) => tell(() => api.removeCue(cueId)),
    arrange: (order) => tell((id) => api.arrange(id, order)),
    add: (added) => tell((id) => api.addCues(id, added)),
    correct: (cueId, cue) => tell(() => api.correctCue(cueId, cue)),
    namePeople: (people) => tell((id) => api.namePeople(id, people)),
    seePaper: (personId, paper) => tell(() => api.seePaper(personId, paper)),
  };
}
