/** Topics shared by whoever shows them: the first user joins, the last one leaves a little later. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef } from "vue";

import { socket } from "@/realtime/page";
import { GaugeTopic, LogTopic, type NamedPush, type Reducer, type TopicView } from "@/realtime/topic";

const LINGER_MS = 5_000; // walking from one page to the next keeps the topic

interface Shared {
  topic: { open: () => void; close: () => void };
  users: number;
  timer: ReturnType<typeof setTimeout> | null;
}

const shared = new Map<string, Shared>();

function acquire(name: string, make: () => Shared["topic"]): Shared["topic"] {
  let entry = shared.get(name);
  if (entry === undefined) {
    entry = { topic: make(), users: 0, timer: null };
    shared.set(name, entry);
    entry.topic.open();
  }
  if (entry.timer !== null) clearTimeout(entry.timer);
  entry.timer = null;
  entry.users += 1;
  return entry.topic;
}

function release(name: string): void {
  const entry = shared.get(name);
  if (entry === undefined) return;
  entry.users -= 1;
  if (entry.users > 0) return;
  entry.timer = setTimeout(() => {
    shared.delete(name);
    entry.topic.close();
  }, LINGER_MS);
}

/** Forget every topic at once: another person is signed in now, with other rights. */
export function forgetTopics(): void {
  for (const [name, entry] of [...shared]) {
    if (entry.users > 0) continue;
    if (entry.timer !== null) clearTimeout(entry.timer);
    shared.delete(name);
    entry.topic.close();
  }
}

export interface TopicHandle<T, S> {
  topic: ComputedRef<T | null>;
  view: ComputedRef<TopicView<S> | null>;
}

function useShared<T extends Shared["topic"] & { view: TopicView<S> }, S>(
  name: () => string | null,
  make: (name: string) => T,
): TopicHandle<T, S> {
  const current = shallowRef<T | null>(null);
  let held: string | null = null;
  const drop = (): void => {
    if (held !== null) release(held);
    held = null;
    current.value = null;
  };
  watch(
    name,
    (next) => {
      drop();
      if (next === null) return;
      held = next;
      // One name always means one kind of topic, so what is shared under it is a T.
      current.value = acquire(next, () => make(next)) as T;
    },
    { immediate: true },
  );
  onScopeDispose(drop);
  return { topic: computed(() => current.value), view: computed(() => current.value?.view ?? null) };
}

export function useLogTopic<S, P extends NamedPush>(
  name: () => string | null,
  reduce: Reducer<S, P>,
): TopicHandle<LogTopic<S, P>, S> {
  return useShared<LogTopic<S, P>, S>(name, (topic) => new LogTopic<S, P>(topic, socket, reduce));
}

export function useGaugeTopic<V>(name: () => string | null): TopicHandle<GaugeTopic<V>, Record<string, V>> {
  return useShared<GaugeTopic<V>, Record<string, V>>(name, (topic) => new GaugeTopic<V>(topic, socket));
}
