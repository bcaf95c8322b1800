/** Pure: state + push → state. Doing a push twice is doing it once; unknown pushes change nothing. */
import type { MyAdviceOut, Pushes } from "@/realtime/protocol.gen";

export type Push = { [Name in keyof Pushes]: { is: Name; data: Pushes[Name] } }[keyof Pushes];

const KEPT = 20;

/** `user:<id>:advice`: what is booked, the next first; the newest plans. */
export function reduceMyAdvice(mine: MyAdviceOut, push: Push): MyAdviceOut {
  if (push.is === "advice.my_appointment_changed") {
    const { appointment } = push.data;
    const others = mine.appointments.filter((one) => one.id !== appointment.id);
    const kept = appointment.state === "booked" ? [...others, appointment] : others;
    return { ...mine, appointments: kept.sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at) || one.id - other.id) };
  }
  if (push.is === "advice.my_plan_changed") {
    const { plan } = push.data;
    const plans = [...mine.plans.filter((one) => one.id !== plan.id), plan];
    return { ...mine, plans: plans.sort((one, other) => Date.parse(other.written_at) - Date.parse(one.written_at) || other.id - one.id).slice(0, KEPT) };
  }
  return mine;
}
