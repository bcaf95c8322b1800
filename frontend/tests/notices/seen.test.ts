import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { effectScope, nextTick, ref, type EffectScope } from "vue";

import { NetworkError } from "@/http/client";
import * as api from "@/notices/api";
import { LOOKED_AT_MS, useSeen } from "@/notices/useSeen";

function look(state: "visible" | "hidden"): void {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

describe("what was seen", () => {
  let scope: EffectScope;
  const shown = ref<number[]>([]);

  beforeEach(() => {
    vi.useFakeTimers();
    shown.value = [];
    look("visible");
    scope = effectScope();
  });

  afterEach(() => {
    scope.stop();
    vi.useRealTimers();
  });

  function watchFor(): ReturnType<typeof vi.spyOn> {
    const told = vi.spyOn(api, "acknowledge").mockResolvedValue({ ids: [] });
    scope.run(() => {
      useSeen(() => shown.value);
    });
    return told;
  }

  it("is told after a look, once", async () => {
    const told = watchFor();
    shown.value = [1, 2];
    await nextTick();
    await vi.advanceTimersByTimeAsync(LOOKED_AT_MS - 1);
    expect(told).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(told.mock.calls).toEqual([[[1, 2]]]);
    shown.value = [1, 2, 3];
    await nextTick();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told.mock.calls).toEqual([[[1, 2]], [[3]]]);
  });

  it("is nothing on a page that is not visible, until it is", async () => {
    const told = watchFor();
    look("hidden");
    shown.value = [1];
    await nextTick();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).not.toHaveBeenCalled();
    look("visible");
    await nextTick();
    await vi.advanceTimersByTimeAsync(LOOKED_AT_MS);
    expect(told.mock.calls).toEqual([[[1]]]);
  });

  it("does not count a glance that ended at once", async () => {
    const told = watchFor();
    shown.value = [1];
    await nextTick();
    await vi.advanceTimersByTimeAsync(LOOKED_AT_MS / 2);
    look("hidden");
    await nextTick();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told).not.toHaveBeenCalled();
  });

  it("is told again until heard", async () => {
    const told = watchFor();
    told.mockRejectedValueOnce(new NetworkError());
    shown.value = [1];
    await nextTick();
    await vi.advanceTimersByTimeAsync(LOOKED_AT_MS + 3_000);
    expect(told.mock.calls).toEqual([[[1]], [[1]]]);
  });
});
