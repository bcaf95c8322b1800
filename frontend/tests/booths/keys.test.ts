import { mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { computed, defineComponent, h, ref, shallowRef } from "vue";

import { consoleView, type Ending, type MyDuty } from "@/booths/console";
import type { Console } from "@/booths/useConsole";
import { useConsoleKeys } from "@/booths/useConsoleKeys";
import type { DeskOut } from "@/http/schema.gen";

import { desk, deskTicket } from "./rows";

const state = shallowRef<DeskOut>(desk());
const verbs = ["callNext", "callPicked", "recall", "serve", "miss", "hold", "transfer", "finish", "undo", "change", "close", "lastTicket", "duty"] as const;
const acts = Object.fromEntries(verbs.map((verb) => [verb, vi.fn()])) as unknown as Record<(typeof verbs)[number], ReturnType<typeof vi.fn>>;
const ending = ref<Ending | null>(null);
const myDuty = ref<MyDuty>("on");
const reach = { picked: ref<number | null>(null), transfer: vi.fn(), note: vi.fn(), back: vi.fn() };
let page: VueWrapper;

function press(key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}): boolean {
  return target.dispatchEvent(new KeyboardEvent("keydown", { key, code: key === " " ? "Space" : key, bubbles: true, cancelable: true, ...more }));
}

beforeEach(() => {
  vi.resetAllMocks();
  ending.value = null;
  myDuty.value = "on";
  reach.picked.value = null;
  state.value = desk(deskTicket(1));
  const handle = {
    ...acts,
    desk: computed(() => state.value),
    view: computed(() => consoleView(state.value, 1)),
    seat: ref(1),
    busy: ref(false),
    notice: ref(null),
    myDuty: computed(() => myDuty.value),
    undoable: computed(() => null),
    note: ref(""),
    why: { code: "", text: "" },
    canFinish: computed(() => true),
    ending,
    isRefused: computed(() => false),
  } as unknown as Console;
  const Page = defineComponent({
    setup() {
      useConsoleKeys(handle, reach);
      return () => h("div", [h("textarea"), h("button")]);
    },
  });
  page = mount(Page, { attachTo: document.body });
});
afterEach(() => {
  page.unmount();
});

describe("the console's keys", () => {
  it("Space calls, and does not scroll the page", () => {
    expect(press(" ")).toBe(false);
    expect(acts.callNext).toHaveBeenCalledOnce();
  });

  it("Enter starts the talk, then finishes it", () => {
    state.value = desk(deskTicket(1, { state: "called", desk_number: 1 }));
    press("Enter");
    expect(acts.serve).toHaveBeenCalledOnce();
    state.value = desk(deskTicket(1, { state: "serving", desk_number: 1 }));
    press("Enter");
    expect(acts.finish).toHaveBeenCalledOnce();
  });

  it("1 to 7 say how the talk ended, during a talk only", () => {
    press("1");
    expect(ending.value).toBeNull();
    state.value = desk(deskTicket(1, { state: "serving", desk_number: 1 }));
    const chosen = ["1", "4", "5", "7", "8"].map((key) => {
      press(key);
      return ending.value;
    });
    expect(chosen).toEqual(["second", "reject", "talked", "no_show", "no_show"]);
  });

  it("letters recall, set aside, undo, and go away and come back", () => {
    const current = deskTicket(1, { state: "called", desk_number: 1 });
    state.value = desk(current);
    expect(press("r")).toBe(false);
    press("H");
    press("u");
    press("a");
    myDuty.value = "away";
    press("a");
    expect(acts.recall).toHaveBeenCalledOnce();
    expect(acts.hold).toHaveBeenCalledWith(current);
    expect(acts.undo).toHaveBeenCalledOnce();
    expect(acts.duty.mock.calls).toEqual([["away"], ["on"]]);
    expect(press("q")).toBe(true);
  });

  it("J and K walk the line, T and N and Escape reach the rest", () => {
    state.value = desk(deskTicket(1), deskTicket(2));
    const walked = ["j", "j", "j", "k", "k"].map((key) => {
      press(key);
      return reach.picked.value;
    });
    expect(walked).toEqual([1, 2, 2, 1, 1]);
    for (const key of ["t", "n", "Escape"]) press(key);
    expect([reach.transfer, reach.note, reach.back].map((act) => act.mock.calls.length)).toEqual([1, 1, 1]);
  });

  it("leaves keys to the note, and Space to a focused button", () => {
    press(" ", page.get("textarea").element);
    press("1", page.get("textarea").element);
    press(" ", page.get("button").element);
    expect(acts.callNext).not.toHaveBeenCalled();
    expect(ending.value).toBeNull();
  });

  it("ignores a held key and the browser's own shortcuts", () => {
    press(" ", document.body, { repeat: true });
    press(" ", document.body, { ctrlKey: true });
    expect(acts.callNext).not.toHaveBeenCalled();
  });

  it("is deaf once the console is gone", () => {
    page.unmount();
    press(" ");
    expect(acts.callNext).not.toHaveBeenCalled();
  });
});
