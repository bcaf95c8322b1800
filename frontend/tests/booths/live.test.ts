import { describe, expect, it } from "vitest";

import { deskPushOf, reduceDesk, reduceLine, reduceMyTickets, type MyTickets, type Push } from "@/booths/live";

import { desk, deskTicket, head, line, lineTicket, ticket } from "./rows";

/** Old snapshot + pushes, each done twice: a push done twice is a push done once. */
function after<S>(state: S, reduce: (state: S, push: Push) => S, pushes: Push[]): S {
  return pushes.reduce((now, push) => reduce(reduce(now, push), push), state);
}

describe("booth:<id>", () => {
  it("old snapshot + pushes == new snapshot: taken, called, arrived, serving, ended", () => {
    const pushes: Push[] = [
      { is: "booths.ticket_taken", data: { ticket: lineTicket(3) } },
      { is: "booths.ticket_called", data: { ticket: lineTicket(1, { state: "called", desk_number: 2 }) } },
      { is: "booths.ticket_arrived", data: { ticket: lineTicket(1, { state: "arrived", desk_number: 2 }) } },
      { is: "booths.ticket_serving", data: { ticket: lineTicket(1, { state: "serving", desk_number: 2 }) } },
      { is: "booths.ticket_ended", data: { ticket_id: 2, state: "left" } },
    ];
    expect(after(line(lineTicket(1), lineTicket(2)), reduceLine, pushes)).toEqual(
      line(lineTicket(1, { state: "serving", desk_number: 2 }), lineTicket(3)),
    );
  });

  it("a missed person stands three places further back", () => {
    const back = lineTicket(1, { place: 4500 });
    const pushes: Push[] = [
      { is: "booths.ticket_called", data: { ticket: lineTicket(1, { state: "called", desk_number: 1 }) } },
      { is: "booths.ticket_requeued", data: { ticket: back } },
    ];
    const before = line(...[1, 2, 3, 4, 5].map((id) => lineTicket(id)));
    expect(after(before, reduceLine, pushes)).toEqual(line(lineTicket(2), lineTicket(3), lineTicket(4), back, lineTicket(5)));
  });

  it("orders equal places by ticket", () => {
    const push: Push = { is: "booths.ticket_requeued", data: { ticket: lineTicket(1, { place: 5000 }) } };
    expect(reduceLine(line(lineTicket(4), lineTicket(5)), push).waiting.map((row) => row.ticket_id)).toEqual([4, 1, 5]);
  });

  it("takes over the booth's state and leaves other pushes alone", () => {
    const before = line(lineTicket(1));
    expect(reduceLine(before, { is: "booths.booth_state_changed", data: head({ state: "paused" }) })).toEqual({ ...before, state: "paused" });
    expect(reduceLine(before, { is: "booths.my_ticket_changed", data: { ticket: ticket(1) } })).toBe(before);
  });

  it("never changes the state it was given", () => {
    const before = Object.freeze(line(lineTicket(2)));
    Object.freeze(before.waiting);
    reduceLine(before, { is: "booths.ticket_taken", data: { ticket: lineTicket(1) } });
    expect(before).toEqual(line(lineTicket(2)));
  });
});

describe("booth:<id>:desk", () => {
  it("old snapshot + pushes == new snapshot", () => {
    const called = deskTicket(1, { state: "called", desk_number: 1, called_at: "2024-04-13T02:00:00Z", due_at: "2024-04-13T02:03:00Z" });
    const pushes: Push[] = [
      { is: "booths.desk_ticket_changed", data: { ticket: deskTicket(2) } },
      { is: "booths.desk_ticket_changed", data: { ticket: called } },
      { is: "booths.desk_ticket_changed", data: { ticket: deskTicket(2, { held: true }) } },
      { is: "booths.desk_ticket_ended", data: { ticket_id: 1, state: "done", talked_today: 6 } },
      { is: "booths.booth_state_changed", data: head({ state: "closed" }) },
    ];
    expect(after(desk(deskTicket(1)), reduceDesk, pushes)).toEqual({ ...desk(deskTicket(2, { held: true })), talked_today: 6, state: "closed" });
  });

  it("says nothing to a public push", () => {
    const before = desk(deskTicket(1));
    expect(reduceDesk(before, { is: "booths.ticket_taken", data: { ticket: lineTicket(9) } })).toBe(before);
  });
});

describe("a command's reply at the desk", () => {
  it("is the push it will be followed by, with what only the desk knows", () => {
    const before = desk(deskTicket(1), deskTicket(2));
    const reply = ticket(1, { state: "called", desk_number: 2, called_at: "2024-04-13T02:00:00Z", due_at: "2024-04-13T02:03:00Z" });
    const push = deskPushOf(before, reply);
    expect(push).toEqual({
      is: "booths.desk_ticket_changed",
      data: { ticket: deskTicket(1, { state: "called", desk_number: 2, called_at: reply.called_at, due_at: reply.due_at }) },
    });
  });

  it("counts a talk that ended", () => {
    const push = deskPushOf(desk(deskTicket(1, { state: "serving" })), ticket(1, { state: "done", result: "talked" }));
    expect(push).toEqual({ is: "booths.desk_ticket_ended", data: { ticket_id: 1, state: "done", talked_today: 6 } });
    const other = deskPushOf(desk(deskTicket(1, { state: "serving" })), ticket(1, { state: "done", result: "no_show" }));
    expect(other).toMatchObject({ data: { talked_today: 5 } });
  });

  it("waits for the push when the row is not there yet", () => {
    expect(deskPushOf(desk(), ticket(1))).toBeNull();
  });
});

describe("user:<id>", () => {
  it("old snapshot + pushes == new snapshot, in the order the tickets were taken", () => {
    const pushes: Push[] = [
      { is: "booths.my_ticket_changed", data: { ticket: ticket(3) } },
      { is: "booths.my_ticket_changed", data: { ticket: ticket(1, { state: "called" }) } },
      { is: "booths.my_ticket_changed", data: { ticket: ticket(2, { state: "left" }) } },
    ];
    const state = after<MyTickets>({ tickets: [ticket(1), ticket(2)] }, reduceMyTickets, pushes);
    expect(state.tickets).toEqual([ticket(1, { state: "called" }), ticket(3)]);
    expect(state.ended).toEqual([ticket(2, { state: "left" })]);
  });

  it("takes a requeued ticket back", () => {
    const pushes: Push[] = [
      { is: "booths.my_ticket_changed", data: { ticket: ticket(1, { state: "missed" }) } },
      { is: "booths.my_ticket_changed", data: { ticket: ticket(1, { misses: 1 }) } },
    ];
    expect(after<MyTickets>({ tickets: [ticket(1)] }, reduceMyTickets, pushes)).toEqual({ tickets: [ticket(1, { misses: 1 })], ended: [] });
  });
});
