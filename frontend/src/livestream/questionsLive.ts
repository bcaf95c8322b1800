/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import type { HeldQuestionsOut, Pushes, QuestionOut } from "@/realtime/protocol.gen";

export type QuestionsPush = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

/** What a room and an employer's desk have in common. */
export interface Questions {
  open: QuestionOut[];
  answered: QuestionOut[];
}

const ANSWERED_KEPT = 50;

/** `live:<id>:questions`: those most people wait for first; and `inbox:<id>:questions`: the first due first. */
export function reduceQuestions<S extends Questions>(order: (one: QuestionOut, other: QuestionOut) => number): (state: S, push: QuestionsPush) => S {
  return (state, push) => {
    if (push.is === "livestream.question_gone") return { ...state, ...without(state, push.data.question_id) };
    if (push.is !== "livestream.question_changed") return state;
    const { question } = push.data;
    const { open, answered } = without(state, question.id);
    if (question.state === "answered") return { ...state, open, answered: [...answered, question].sort(byAnswer).slice(0, ANSWERED_KEPT) };
    return { ...state, open: [...open, question].sort(order), answered };
  };
}

function without(state: Questions, id: number): Questions {
  return { open: state.open.filter((one) => one.id !== id), answered: state.answered.filter((one) => one.id !== id) };
}

export const byVoices = (one: QuestionOut, other: QuestionOut): number => other.voices - one.voices || one.id - other.id;
export const byDue = (one: QuestionOut, other: QuestionOut): number => Date.parse(one.due_at) - Date.parse(other.due_at) || one.id - other.id;
const byAnswer = (one: QuestionOut, other: QuestionOut): number =>
  Date.parse(other.answered_at ?? "") - Date.parse(one.answered_at ?? "") || other.id - one.id;

/** `live:<id>:held`. */
export function reduceHeld(state: HeldQuestionsOut, push: QuestionsPush): HeldQuestionsOut {
  if (push.is === "livestream.question_held") {
    const others = state.held.filter((one) => one.id !== push.data.question.id);
    return { ...state, held: [...others, push.data.question].sort((one, other) => one.id - other.id) };
  }
  if (push.is === "livestream.held_question_settled") return { ...state, held: state.held.filter((one) => one.id !== push.data.question_id) };
  return state;
}
