import { effectScope, nextTick, ref } from "vue";
import { expect, it, vi } from "vitest";

vi.mock("@/realtime/page", () => ({ socket: { connection: { state: "connected", polling: false } } }));

import { useLoad } from "@/http/useLoad";

it("tells a late reply that a later question has been asked", async () => {
  const question = ref("tab");
  const shown: string[] = [];
  const answers = new Map<string, () => void>();
  const scope = effectScope();
  scope.run(() => {
    useLoad(
      async (isLatest) => {
        const asked = question.value;
        await new Promise<void>((resolve) => answers.set(asked, resolve));
        if (isLatest()) shown.push(asked);
      },
      () => question.value,
    );
  });
  question.value = "search";
  await nextTick();
  answers.get("search")?.();
  await nextTick();
  answers.get("tab")?.();
  await nextTick();
  expect(shown).toEqual(["search"]);
  scope.stop();
});
