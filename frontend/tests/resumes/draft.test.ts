import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { ApiError, NetworkError } from "@/http/client";
import type { ResumeOut } from "@/http/schema.gen";
import { Draft, QUIET_MS, type DraftStore, type Kept } from "@/resumes/draft";
import { draftStore } from "@/resumes/draftStore";
import { birthYears, firstOpenStep, hasPhrase, joinArea, missingNow, splitArea, togglePhrase, type Form } from "@/resumes/form";

let kept: Kept | null;
const store: DraftStore = { read: () => kept, write: (next) => (kept = next) };
let sent: { basedOn: number; changes: Form }[];
let answers: ((basedOn: number, changes: Form) => ResumeOut | Error)[];
let server: { revision: number; form: Form };

function resume(): ResumeOut {
  return { revision: server.revision, saved_at: server.revision > 0 ? "2026-04-11T02:42:00Z" : null, form: { pay_from: null, ...server.form }, file: null, phone: "", missing: {} };
}

function accept(_basedOn: number, changes: Form): ResumeOut {
  server = { revision: server.revision + 1, form: { ...server.form, ...changes } };
  return resume();
}

function open(): Draft {
  const draft = new Draft({
    store,
    random: () => 0.5,
    save: (basedOn, changes) => {
      sent.push({ basedOn, changes });
      const answer = (answers.shift() ?? accept)(basedOn, changes);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
  draft.open(resume());
  return draft;
}

const clash = (field: string, theirs: Form) => (): Error => {
  server = { revision: server.revision + 1, form: { ...server.form, ...theirs } };
  return new ApiError(409, "resumes.stale", "", { [field]: "…" }, null, { theirs: resume() });
};

beforeEach(() => {
  vi.useFakeTimers();
  [kept, sent, answers, server] = [null, [], [], { revision: 0, form: {} }];
});
afterEach(() => {
  vi.useRealTimers();
  localStorage.clear();
});

describe("a draft", () => {
  it("is kept on this device at each key, and on the server after a moment of quiet", async () => {
    const draft = open();
    draft.set("name", "王");
    draft.set("name", "王小明");
    expect(kept?.changes).toEqual({ name: "王小明" });
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(QUIET_MS);
    expect(sent).toEqual([{ basedOn: 0, changes: { name: "王小明" } }]);
    expect(draft.view.saving).toBe("saved");
    expect(kept).toBeNull();
  });

  it("says that it waits without network, and sends itself when it is back", async () => {
    const draft = open();
    answers = [() => new NetworkError(), () => new NetworkError()];
    draft.set("name", "王小明");
    await vi.advanceTimersByTimeAsync(QUIET_MS);
    expect(draft.view.saving).toBe("waiting");
    expect(kept?.changes).toEqual({ name: "王小明" });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(draft.view.saving).toBe("saved");
    expect(server.form).toEqual({ name: "王小明" });
  });

  it("goes on after the page was killed, with what the server never got", async () => {
    answers = [() => new NetworkError()];
    open().set("name", "王小明");
    const next = open();
    expect(next.view.form.name).toBe("王小明");
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.form).toEqual({ name: "王小明" });
    expect(kept).toBeNull();
  });

  it("keeps what is typed while a save is on its way", async () => {
    const draft = open();
    let answer: (resume: ResumeOut) => void = () => undefined;
    const slow = new Draft({ store, save: (_, changes) => new Promise((resolve) => (answer = () => { resolve(accept(0, changes)); })) });
    slow.open(resume());
    slow.set("name", "王");
    await vi.advanceTimersByTimeAsync(QUIET_MS);
    slow.set("name", "王小明");
    answer(resume());
    await vi.advanceTimersByTimeAsync(0);
    expect(slow.view.form.name).toBe("王小明");
    expect(kept?.changes).toEqual({ name: "王小明" });
    expect(draft.view.saving).toBe("saved");
  });

  it("asks when another device wrote the same field, and does what the person says", async () => {
    for (const [choice, name] of [["keepMine", "王晓明"], ["takeTheirs", "王小明"]] as const) {
      [kept, server] = [null, { revision: 0, form: {} }];
      const draft = open();
      answers = [clash("name", { name: "王小明" })];
      draft.set("name", "王晓明");
      draft.set("area", "南通市");
      await vi.advanceTimersByTimeAsync(QUIET_MS);
      expect(draft.view.saving).toBe("clash");
      expect(draft.view.clashing).toEqual(["name"]);
      expect(draft.view.form.name).toBe("王晓明");
      draft[choice]();
      await vi.advanceTimersByTimeAsync(QUIET_MS);
      expect(server.form).toEqual({ name, area: "南通市" });
      expect(draft.view.saving).toBe("saved");
    }
  });

  it("saves the rest when one field is refused, and says which", async () => {
    const draft = open();
    answers = [() => new ApiError(422, "core.invalid", "", { name: "姓名只能用文字。" })];
    draft.set("name", "小明1");
    draft.set("area", "南通市");
    await vi.advanceTimersByTimeAsync(QUIET_MS + 10);
    expect(draft.view.problems).toEqual({ name: "姓名只能用文字。" });
    expect(server.form).toEqual({ area: "南通市" });
    expect(draft.view.saving).toBe("refused");
    expect(draft.view.form.name).toBe("小明1");
    draft.set("name", "小明");
    await vi.advanceTimersByTimeAsync(QUIET_MS + 10);
    expect(draft.view.saving).toBe("saved");
    expect(server.form).toEqual({ area: "南通市", name: "小明" });
  });

  it("does not ask a refused field again and again", async () => {
    const draft = open();
    answers = [() => new ApiError(422, "resumes.minor", "", { birth: "未满 16 周岁。" })];
    draft.set("birth", "2015-01");
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sent).toHaveLength(1);
    expect(draft.view.saving).toBe("refused");
  });

  it("waits as long as the server asks", async () => {
    const draft = open();
    answers = [() => new ApiError(429, "core.too_many", "", {}, 30)];
    draft.set("name", "王");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent).toHaveLength(2);
  });
});

describe("what a device keeps", () => {
  it("is apart for each person, and a guest's goes along to the account", () => {
    const guest = draftStore({ id: 1, is_guest: true });
    guest.write({ basedOn: 4, changes: { name: "王小明" } });
    expect(draftStore({ id: 2, is_guest: false }).read()).toEqual({ basedOn: 0, changes: { name: "王小明" } });
    expect(guest.read()).toBeNull();
    expect(draftStore({ id: 3, is_guest: false }).read()).toBeNull();
  });

  it("is nothing where it was damaged", () => {
    localStorage.setItem("jobfair.resume.9", "{");
    expect(draftStore({ id: 9, is_guest: false }).read()).toBeNull();
  });
});

describe("the form", () => {
  it("knows where to go on", () => {
    expect(firstOpenStep({ name: "", area: "" })).toBe("who");
    expect(firstOpenStep({ area: "", summary: "" })).toBe("wish");
    expect(firstOpenStep({ phone: "" })).toBe("send");
    expect(missingNow({ name: "王" }, false)).toEqual(["birth", "occupation", "area", "education", "experience", "summary"]);
    expect(missingNow({ name: "王" }, true)).toEqual(["birth", "occupation", "area", "education"]);
  });

  it("reads and writes areas, years and phrases", () => {
    expect(splitArea("南通市 崇川区")).toEqual({ city: "南通市", rest: "崇川区" });
    expect(splitArea("上海市嘉定区")).toEqual({ city: "", rest: "上海市嘉定区" });
    expect(joinArea("南通市", "")).toBe("南通市");
    expect(birthYears(2026)[0]).toBe(2010);
    const once = togglePhrase("", "能吃苦");
    const twice = togglePhrase(once, "会开车");
    expect(twice).toBe("能吃苦，会开车");
    expect(hasPhrase(twice, "会开车")).toBe(true);
    expect(togglePhrase(twice, "能吃苦")).toBe("会开车");
  });
});
