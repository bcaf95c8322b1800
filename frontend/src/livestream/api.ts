import { commandNow, get } from "@/http/client";
import type {
  CorrectionPageOut,
  CueChoiceOut,
  CueIn,
  LiveSessionIn,
  LiveSessionOut,
  PersonIn,
  ReplayOut,
  RoomHeadOut,
  RoomRowOut,
  RundownOut,
  StudioRoomOut,
} from "@/http/schema.gen";

export type Act = "go_live" | "interrupt" | "resume" | "end" | "publish" | "take_back";
export type Air = "next" | "back" | "clear";
export type Paper = "id_card" | "passport" | "permit";

export const fetchRooms = (slug: string): Promise<RoomRowOut[]> => get(`/fairs/${slug}/rooms`);
export const fetchReplays = (roomId: number): Promise<LiveSessionOut[]> => get(`/rooms/${roomId}/replays`);
export const fetchReplay = (sessionId: number): Promise<ReplayOut> => get(`/replays/${sessionId}`);
export const fetchCorrection = (id: number): Promise<CorrectionPageOut> => get(`/posting-corrections/${id}`);

export const fetchStudio = (slug: string): Promise<StudioRoomOut[]> => get(`/fairs/${slug}/studio`);
export const fetchRundown = (sessionId: number): Promise<RundownOut> => get(`/live-sessions/${sessionId}/rundown`);
export const fetchChoices = (slug: string, q: string): Promise<CueChoiceOut[]> => get(`/fairs/${slug}/cue-choices?q=${encodeURIComponent(q)}`);

// Now or never: a cue that comes minutes later is another company's.
export const openRoom = (slug: string, name: string, about: string): Promise<RoomHeadOut> => commandNow(`/fairs/${slug}/rooms`, { name, about });
export const planSession = (roomId: number, plan: LiveSessionIn): Promise<RundownOut> => commandNow(`/rooms/${roomId}/sessions`, plan);
export const correctSession = (sessionId: number, plan: LiveSessionIn): Promise<RundownOut> => commandNow(`/live-sessions/${sessionId}`, plan);
export const cancelSession = (sessionId: number): Promise<unknown> => commandNow(`/live-sessions/${sessionId}/cancel`);
export const namePeople = (sessionId: number, people: PersonIn[]): Promise<RundownOut> => commandNow(`/live-sessions/${sessionId}/people`, { people });
export const seePaper = (personId: number, paper: Paper): Promise<RundownOut> => commandNow(`/session-people/${personId}/paper`, { paper });
export const addCues = (sessionId: number, cues: CueIn[]): Promise<RundownOut> => commandNow(`/live-sessions/${sessionId}/cues`, { cues });
export const correctCue = (cueId: number, cue: CueIn): Promise<RundownOut> => commandNow(`/cues/${cueId}`, cue);
export const removeCue = (cueId: number): Promise<RundownOut> => commandNow(`/cues/${cueId}/remove`);
export const arrange = (sessionId: number, order: number[]): Promise<RundownOut> => commandNow(`/live-sessions/${sessionId}/order`, { order });
export const act = (sessionId: number, what: Act): Promise<RundownOut> => commandNow(`/live-sessions/${sessionId}/act`, { act: what });
export const air = (sessionId: number, what: Air, seen: number | null): Promise<RundownOut> => commandNow(`/live-sessions/${sessionId}/air`, { act: what, seen });
export const jump = (cueId: number, seen: number | null): Promise<RundownOut> => commandNow(`/cues/${cueId}/air`, { seen });
export const skip = (cueId: number): Promise<RundownOut> => commandNow(`/cues/${cueId}/skip`);
