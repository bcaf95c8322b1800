import { mount, type VueWrapper } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { computed, defineComponent, h, ref, shallowRef } from "vue";

import { consoleView } from "@/booths/console";
import type { InterviewResult } from "@/booths/line";
import type { Console } from "@/booths/useConsole";
import { useConsoleKeys } from "@/booths/useConsoleKeys";
import type { DeskOut } from "@/http/schema.gen";

import { desk, deskTicket } from "./rows";

const state = shallowRef<DeskOut>(desk());
const acts = { callNext: vi.fn(), serve: vi.fn(), miss: vi.fn(), finish: vi.fn(), change: vi.fn() };
const result = ref<InterviewResult | null>(null);
let page: VueWrapper;

function press(key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}): boolean {
  return target.dispatchEvent(new KeyboardEvent("keydown", { key, code: key === " " ? "Space" : key, bubbles: true, cancelable: true, ...more }));
}

beforeEach(() => {
  vi.resetAllMocks();
  result.value = null;
  state.value = desk(deskTicket(1));
  const handle: Console = {
    ...acts,
    desk: computed(() => state.value),
    view: computed(() => consoleView(state.value, 1)),
    seat: ref(1),
    busy: ref(false),
    notice: ref(null),
    note: ref(""),
    result,
    isRefused: computed(() => false),
  };
  const Page = defineComponent({
    setup() {
      useConsoleKeys(handle);
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

  it("1, 2, 3 choose a result, during a talk only", () => {
    press("1");
    expect(result.value).toBeNull();
    state.value = desk(deskTicket(1, { state: "serving", desk_number: 1 }));
    const chosen = ["1", "2", "3", "4"].map((key) => {
      press(key);
      return result.value;
    });
    expect(chosen).toEqual(["talked", "left", "no_show", "no_show"]);
  });

  it("leaves keys to the note, and Space to a focused button", () => {
    press(" ", page.get("textarea").element);
    press("1", page.get("textarea").element);
    press(" ", page.get("button").element);
    expect(acts.callNext).not.toHaveBeenCalled();
    expect(result.value).toBeNull();
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
