/** The review desk's state: the queue, the file that is open, and the decision about it. */
import { onScopeDispose, reactive, ref, shallowRef, watch, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRouter } from "vue-router";

import { decideReview, fetchQueue, fetchReview, takeReview, type Decision, type ReviewFilter } from "@/employers/api";
import { useAttempt, type Attempts } from "@/http/useAttempt";
import { ApiError } from "@/http/client";
import type { ReviewFileOut, ReviewItemOut } from "@/http/schema.gen";
import { useLoad, type Face } from "@/http/useLoad";

const REFRESH_MS = 30_000;

export interface Review extends Attempts {
  filter: ReviewFilter;
  items: Ref<ReviewItemOut[]>;
  next: Ref<string | null>;
  counts: Ref<Record<string, number>>;
  opened: Ref<ReviewFileOut | null>;
  face: Ref<Face>;
  again: () => Promise<void>;
  fileFace: Ref<Face>;
  /** Which decision is being written. */
  deciding: Ref<"accept" | "refuse" | null>;
  done: Ref<string>;
  more: () => Promise<void>;
  reload: () => Promise<void>;
  open: (id: number | null) => Promise<void>;
  step: (by: 1 | -1) => void;
  take: (release: boolean) => Promise<void>;
  decide: (accept: boolean, reasons: string[], text: string) => Promise<void>;
}

export function useReview(id: () => number | null): Review {
  const { t } = useI18n();
  const router = useRouter();
  const attempts = useAttempt();
  const filter = reactive<ReviewFilter>({ state: "waiting", owner: "anyone", q: "" });
  const items = shallowRef<ReviewItemOut[]>([]);
  const next = ref<string | null>(null);
  const counts = ref<Record<string, number>>({});
  const opened = shallowRef<ReviewFileOut | null>(null);
  const deciding = ref<"accept" | "refuse" | null>(null);
  const done = ref("");
  let loaded = false;

  async function load(isLatest: () => boolean): Promise<void> {
    const page = await fetchQueue(filter, "");
    if (!isLatest()) return;
    items.value = page.items;
    next.value = page.next;
    counts.value = page.counts;
    loaded = true;
  }
  const { face, again } = useLoad(load, () => [filter.state, filter.owner, filter.q], () => loaded);

  const { face: fileFace, again: reload } = useLoad(
    async (isLatest) => {
      const wanted = id();
      deciding.value = null;
      attempts.problem.value = "";
      const found = wanted === null ? null : await fetchReview(wanted);
      if (isLatest()) opened.value = found;
    },
    id,
    () => id() !== null && opened.value?.file.id === id(),
  );

  const timer = setInterval(() => {
    if (document.visibilityState === "visible" && face.value === "ready" && deciding.value === null && next.value === null) void again();
  }, REFRESH_MS);
  watch(id, () => (done.value = ""), { flush: "sync" });

  async function more(): Promise<void> {
    if (next.value === null) return;
    const cursor = next.value;
    await attempts.attempt(async () => {
      const page = await fetchQueue(filter, cursor);
      items.value = [...items.value, ...page.items];
      next.value = page.next;
    });
  }

  async function open(wanted: number | null): Promise<void> {
    await router.push(wanted === null ? "/review/employers" : `/review/employers/${wanted}`);
  }

  function step(by: 1 | -1): void {
    const at = items.value.findIndex((item) => item.id === id());
    const to = items.value[at === -1 ? 0 : at + by];
    if (to !== undefined) void open(to.id);
  }

  async function take(release: boolean): Promise<void> {
    const file = opened.value;
    if (file === null) return;
    await attempts.attempt(async () => {
      opened.value = await takeReview(file.file.id, release);
      await again();
    });
  }

  async function decide(accept: boolean, reasons: string[], text: string): Promise<void> {
    const file = opened.value;
    if (file === null) return;
    const decision: Decision = { accept, reasons, text, revision: file.file.revision };
    const following = items.value[items.value.findIndex((item) => item.id === file.file.id) + 1];
    const decided = await attempts.attempt(async () => {
      try {
        opened.value = await decideReview(file.file.id, decision);
      } catch (error) {
        // Someone was first, or the employer changed it: the words stay, the newest file is shown beside them.
        if (error instanceof ApiError && error.status === 409) opened.value = await fetchReview(file.file.id);
        throw error;
      }
      await again();
    });
    if (!decided) return;
    deciding.value = null;
    await open(following?.id ?? null);
    done.value = t("review.done", { name: file.file.name });
  }

  onScopeDispose(() => {
    clearInterval(timer);
  });
  return { ...attempts, filter, items, next, counts, opened, face, again, fileFace, reload, deciding, done, more, open, step, take, decide };
}
