import { describe, expect, it } from "vitest";

import { reduceRoom } from "@/interviews/live";
import type { SignalOut, VideoRoomOut } from "@/realtime/protocol.gen";

const seat = { page: "", here: false };
const room: VideoRoomOut = {
  me: "seeker",
  signals: [],
  talk: {
    id: 1, booth_id: 2, booth_number: 7, employer_name: "示例企业", ticket_id: 3, label: "7-001", booking_id: null, starts_at: null,
    closes_at: null, seeker_id: 4, seeker_name: "王小明", recruiter_id: 5, recruiter_name: "招聘员", conversation_id: 6, round: 1,
    seeker: seat, recruiter: seat, ended_at: null, because: "",
  },
};
const signal = (id: number, round: number): SignalOut => ({ id, round, side: "recruiter", description: null, candidates: [] });

describe("a talk's room", () => {
  it("keeps what was said in a round, once, and forgets it with the round", () => {
    const said = reduceRoom(room, { is: "interviews.signal_sent", data: { signal: signal(1, 1) } });
    const twice = reduceRoom(said, { is: "interviews.signal_sent", data: { signal: signal(1, 1) } });
    expect(twice.signals.map((one) => one.id)).toEqual([1]);
    const same = reduceRoom(twice, { is: "interviews.talk_changed", data: { talk: { ...room.talk, seeker: { page: "a", here: true } } } });
    expect(same.signals).toHaveLength(1);
    expect(same.talk.seeker.here).toBe(true);
    const next = reduceRoom(same, { is: "interviews.talk_changed", data: { talk: { ...room.talk, round: 2 } } });
    expect(next.signals).toEqual([]);
  });

  it("leaves the rest as it is", () => {
    expect(reduceRoom(room, { is: "chat.conversation_changed", data: {} as never })).toBe(room);
  });
});
