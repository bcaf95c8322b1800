/** Who is coming and who is here: read again whenever the line moved, never more often than every two seconds. */
import { onScopeDispose, shallowRef, watch, type ShallowRef } from "vue";

import { fetchVisitor, fetchVisitors } from "@/booths/api";
import type { VisitorOut } from "@/http/schema.gen";

const EVERY_MS = 2_000;

export interface Visitors {
  next: ShallowRef<VisitorOut[]>;
  /** Whoever is at my desk; null while nobody is, or not yet told. */
  here: ShallowRef<VisitorOut | null>;
}

export function useVisitors(boothId: () => number, line: () => string, current: () => number | null): Visitors {
  const next = shallowRef<VisitorOut[]>([]);
  const here = shallowRef<VisitorOut | null>(null);
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isDirty = false;

  async function readNext(): Promise<void> {
    try {
      next.value = await fetchVisitors(boothId());
    } catch {
      // The line itself is live; this goes with the next movement.
    }
  }

  function moved(): void {
    isDirty = true;
    if (timer !== null) return;
    isDirty = false;
    void readNext();
    timer = setTimeout(() => {
      timer = null;
      if (isDirty) moved();
    }, EVERY_MS);
  }

  watch(line, moved, { immediate: true });
  watch(
    current,
    async (ticket) => {
      here.value = null;
      if (ticket === null) return;
      try {
        const visitor = await fetchVisitor(ticket);
        if (current() === ticket) here.value = visitor;
      } catch {
        // Without it the talk goes on: number, name and note are there.
      }
    },
    { immediate: true },
  );
  onScopeDispose(() => {
    if (timer !== null) clearTimeout(timer);
  });
  return { next, here };
}
