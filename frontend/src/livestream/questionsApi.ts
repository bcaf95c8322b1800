/** What questions ask of the server. */
import { commandNow, get } from "@/http/client";
import type { AskedQuestionOut, BackedOut, FaqOut } from "@/http/schema.gen";
import { command } from "@/livestream/talkApi";

/** The same `cid` again is the same question. */
export const ask = (room: number, cid: string, text: string, position: number | null): Promise<AskedQuestionOut> =>
  command("livestream.ask", cid, { room_id: room, text, position_id: position }) as Promise<AskedQuestionOut>;
export const back = (question: number): Promise<unknown> => command("livestream.back_question", `back-${question}-${Date.now()}`, { question_id: question });
export const fetchMine = (room: number): Promise<BackedOut> => get(`/rooms/${room}/my-questions`);
export const fetchFaq = (position: number): Promise<FaqOut> => get(`/positions/${position}/questions`);

export const answer = (question: number, text: string): Promise<AskedQuestionOut> => commandNow(`/questions/${question}/answer`, { text });
export const tag = (question: number, position: number | null): Promise<AskedQuestionOut> => commandNow(`/questions/${question}/tag`, { position_id: position });
export const merge = (question: number, into: number): Promise<AskedQuestionOut> => commandNow(`/questions/${question}/merge`, { into_id: into });
export const drop = (question: number): Promise<AskedQuestionOut> => commandNow(`/questions/${question}/drop`);
export const settle = (question: number, show: boolean): Promise<AskedQuestionOut> => commandNow(`/questions/${question}/settle`, { show });
