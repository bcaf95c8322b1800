/** What polls ask of the server. */
import { commandNow, get } from "@/http/client";
import type { MyVoteOut, PollIn, PollOut } from "@/http/schema.gen";
import { newCommandId } from "@/lib/ids";
import { insist } from "@/livestream/talkApi";

export type PollAct = "open" | "close" | "put_away";
export interface Count { choice_id: number; votes: number }
export interface Voted { poll_id: number; choice_id: number; counts: Count[] }

/** Choosing the same again is the same vote, so what got no answer is sent again. */
export const vote = (poll: number, choice: number): Promise<Voted> => insist("livestream.vote", newCommandId(), { poll_id: poll, choice_id: choice }) as Promise<Voted>;
export const fetchMyVote = (room: number): Promise<MyVoteOut> => get(`/rooms/${room}/my-vote`);

export const preparePoll = (room: number, plan: PollIn): Promise<PollOut> => commandNow(`/rooms/${room}/polls`, plan);
export const actOnPoll = (poll: number, act: PollAct): Promise<PollOut> => commandNow(`/polls/${poll}/act`, { act });
export const removePoll = (poll: number): Promise<unknown> => commandNow(`/polls/${poll}/remove`);
