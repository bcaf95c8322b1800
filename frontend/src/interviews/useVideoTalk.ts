/** A talk by video on this page: its seat, the connection of each round, and what there is to say of both. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";

import { explain } from "@/http/explain";
import { enterTalk, fetchServers, fetchTalk, leaveTalk, sendSignal } from "@/interviews/api";
import { useDevices, type OwnDevices } from "@/interviews/devices";
import { reduceRoom, type Push } from "@/interviews/live";
import { Peer, type Devices, type PeerState } from "@/interviews/peer";
import { newCommandId } from "@/lib/ids";
import type { VideoRoomOut, VideoTalkOut } from "@/realtime/protocol.gen";
import { useLogTopic } from "@/realtime/useTopic";

/**
 * check       looking into one's own mirror before going in
 * waiting     in, and the other side is not there (or not any more)
 * connecting  both there, no picture yet
 * live        seen and heard
 * interrupted the network is gone; looked for again by itself
 * failed      no way between the two networks
 * elsewhere   another page of the same person has the seat
 * over        the talk has ended
 */
export type Phase = "check" | "waiting" | "connecting" | "live" | "interrupted" | "failed" | "elsewhere" | "over";

export interface VideoTalk {
  room: ComputedRef<VideoRoomOut | null>;
  talk: ComputedRef<VideoTalkOut | null>;
  phase: ComputedRef<Phase>;
  isMissing: Ref<boolean>;
  devices: OwnDevices;
  remote: ShallowRef<MediaStream | null>;
  theirs: Ref<Devices>;
  isMuted: Ref<boolean>;
  isHidden: Ref<boolean>;
  problem: Ref<string>;
  isEntering: Ref<boolean>;
  wasHere: ComputedRef<boolean>;
  enter: () => Promise<void>;
  leave: () => void;
  mute: () => void;
  hide: () => void;
  choose: (kind: "camera" | "microphone", id: string) => Promise<void>;
}

const NEW_ROUNDS = 2; // a connection that failed is begun anew so often
const keptAs = (id: number): string => `jobfair.talk.${id}`;

export function useVideoTalk(id: () => number): VideoTalk {
  const { t } = useI18n();
  const page = newCommandId();
  const devices = useDevices();
  const { view } = useLogTopic<VideoRoomOut, Push>(() => `talk:${id()}`, reduceRoom);
  const last = shallowRef<VideoRoomOut | null>(null); // a topic that is refused forgets; an ended talk still says why
  const room = computed(() => view.value?.state ?? last.value);
  const talk = computed(() => room.value?.talk ?? null);
  const isMissing = ref(false);
  const isIn = ref(false);
  const isEntering = ref(false);
  const since = ref(0); // the round that this page began
  const problem = ref("");
  const wire = useWire(id, page, room, isIn, devices);

  const mine = computed(() => (room.value === null ? null : room.value.talk[room.value.me]));
  const other = computed(() => (room.value === null ? null : room.value.talk[room.value.me === "seeker" ? "recruiter" : "seeker"]));
  const phase = computed<Phase>(() => {
    if (talk.value?.ended_at != null || isMissing.value) return "over";
    if (!isIn.value) return "check";
    if (mine.value?.page !== page) return (talk.value?.round ?? 0) < since.value || isEntering.value ? "connecting" : "elsewhere";
    if (other.value?.here !== true) return "waiting";
    if (wire.state.value === "connected") return "live";
    return wire.state.value === "connecting" ? "connecting" : wire.state.value;
  });

  async function enter(): Promise<void> {
    problem.value = "";
    isEntering.value = true;
    try {
      since.value = (await enterTalk(id(), page)).round;
      isIn.value = true;
      remember(true);
    } catch (error) {
      problem.value = explain(error, t);
    } finally {
      isEntering.value = false;
    }
  }

  function leave(): void {
    if (isIn.value) leaveTalk(id(), page);
    isIn.value = false;
    remember(false);
    devices.close();
  }

  /** A reload comes back by itself; a new tab looks into the mirror first. */
  function remember(isHere: boolean): void {
    try {
      if (isHere) sessionStorage.setItem(keptAs(id()), "1");
      else sessionStorage.removeItem(keptAs(id()));
    } catch {
      // Then a reload asks once more.
    }
  }

  watch(
    () => view.value?.status,
    async (status) => {
      if (status !== "refused") return;
      try {
        last.value = await fetchTalk(id());
      } catch {
        isMissing.value = true;
      }
      remember(false);
    },
  );
  watch(phase, (now) => {
    if (now === "over" || now === "elsewhere") devices.close();
  });
  const gone = (): void => {
    if (isIn.value) leaveTalk(id(), page);
  };
  window.addEventListener("pagehide", gone);
  onScopeDispose(() => {
    window.removeEventListener("pagehide", gone);
    if (isIn.value) leaveTalk(id(), page);
  });

  let rounds = 0;
  watch(wire.state, (state) => {
    if (state === "connected") rounds = 0;
    if (state !== "failed" || phase.value !== "failed" || rounds >= NEW_ROUNDS || room.value?.me !== "recruiter") return;
    rounds += 1; // one side begins anew, or both would overtake each other
    void enter();
  });

  return {
    room,
    talk,
    phase,
    isMissing,
    devices,
    remote: wire.remote,
    theirs: wire.theirs,
    isMuted: wire.isMuted,
    isHidden: wire.isHidden,
    problem,
    isEntering,
    wasHere: computed(() => keeps(id())),
    enter,
    leave,
    mute: wire.mute,
    hide: wire.hide,
    choose: async (kind, device) => {
      await devices.choose(kind, device);
      await wire.renew();
    },
  };
}

function keeps(id: number): boolean {
  try {
    return sessionStorage.getItem(keptAs(id)) === "1";
  } catch {
    return false;
  }
}

interface Wire {
  state: Ref<PeerState>;
  remote: ShallowRef<MediaStream | null>;
  theirs: Ref<Devices>;
  isMuted: Ref<boolean>;
  isHidden: Ref<boolean>;
  mute: () => void;
  hide: () => void;
  renew: () => Promise<void>;
}

/** The connection of the round at hand: begun when both are there, ended with the round. */
function useWire(id: () => number, page: string, room: ComputedRef<VideoRoomOut | null>, isIn: Ref<boolean>, devices: OwnDevices): Wire {
  const state = ref<PeerState>("connecting");
  const remote = shallowRef<MediaStream | null>(null);
  const theirs = ref<Devices>({ camera: true, microphone: true });
  const isMuted = ref(false);
  const isHidden = ref(false);
  let peer: Peer | null = null;
  let heard = 0;
  let token = 0;

  const round = computed(() => {
    const it = room.value;
    if (it === null || !isIn.value || it.talk.ended_at !== null) return null;
    const [mine, other] = it.me === "seeker" ? [it.talk.seeker, it.talk.recruiter] : [it.talk.recruiter, it.talk.seeker];
    return mine.page === page && mine.here && other.here ? it.talk.round : null;
  });
  const own = (): Devices => ({ camera: devices.hasCamera.value && !isHidden.value, microphone: devices.hasMicrophone.value && !isMuted.value });

  function drop(): void {
    token += 1;
    peer?.close();
    peer = null;
    heard = 0;
    remote.value = null;
  }

  async function begin(number: number): Promise<void> {
    drop();
    const mine = token;
    state.value = "connecting";
    const servers = await serversOf(id());
    const me = room.value?.me;
    if (mine !== token || me === undefined) return;
    const isStale = (): boolean => mine !== token;
    peer = new Peer({
      isPolite: me === "seeker",
      servers,
      stream: devices.stream.value,
      devices: own(),
      send: (said) => sendSignal({ talk_id: id(), page, round: number, ...said }, isStale),
      onState: (now) => {
        if (!isStale()) state.value = now;
      },
      onStream: (stream) => {
        if (!isStale()) remote.value = stream;
      },
      onDevices: (now) => {
        if (!isStale()) theirs.value = now;
      },
    });
    hear();
  }

  /** Whatever of the other side's has not been taken yet, in order. */
  function hear(): void {
    const it = room.value;
    if (peer === null || it === null || it.talk.round !== round.value) return;
    for (const signal of it.signals) {
      if (signal.side === it.me || signal.id <= heard || signal.round !== it.talk.round) continue;
      heard = signal.id;
      peer.take(signal);
    }
  }

  watch(round, (now) => {
    if (now === null) drop();
    else void begin(now);
  });
  watch(room, hear);
  const online = (): void => {
    if (state.value !== "connected") peer?.restart();
  };
  window.addEventListener("online", online);
  onScopeDispose(() => {
    window.removeEventListener("online", online);
    drop();
  });

  function apply(): void {
    for (const track of devices.stream.value?.getAudioTracks() ?? []) track.enabled = !isMuted.value;
    for (const track of devices.stream.value?.getVideoTracks() ?? []) track.enabled = !isHidden.value;
    peer?.tell(own());
  }
  watch([isMuted, isHidden, devices.stream], apply);

  return {
    state,
    remote,
    theirs,
    isMuted,
    isHidden,
    mute: () => {
      isMuted.value = !isMuted.value;
    },
    hide: () => {
      isHidden.value = !isHidden.value;
    },
    renew: async () => {
      if (devices.stream.value !== null) await peer?.use(devices.stream.value);
      apply();
    },
  };
}

/** Without servers two browsers in one network still find each other. */
async function serversOf(id: number): Promise<RTCIceServer[]> {
  try {
    const { servers } = await fetchServers(id);
    return servers.map(({ urls, username, credential }) => (credential === "" ? { urls } : { urls, username, credential }));
  } catch {
    return [];
  }
}
