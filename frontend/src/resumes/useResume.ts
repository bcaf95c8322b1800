/** The résumé of whoever is here, with its file; everything a page of it needs. */
import { computed, onMounted, onScopeDispose, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from "vue";

import { useSession } from "@/accounts/store";
import { NetworkError } from "@/http/client";
import type { ResumeFileOut, ResumeOut } from "@/http/schema.gen";
import { faceOf, type Face } from "@/http/useLoad";
import * as api from "@/resumes/api";
import { Draft } from "@/resumes/draft";
import { draftStore } from "@/resumes/draftStore";

/** One draft per person for as long as the page lives: leaving the form does not leave what waits in it. */
const drafts = new Map<number, Draft>();

function draftOf(user: { id: number; is_guest: boolean }): Draft {
  const found = drafts.get(user.id) ?? new Draft({ store: draftStore(user), save: api.saveResume });
  drafts.set(user.id, found);
  return found;
}

export interface ResumeHandle {
  face: Ref<Face>;
  draft: ShallowRef<Draft | null>;
  file: Ref<ResumeFileOut | null>;
  phone: Ref<string>;
  isSignedIn: ComputedRef<boolean>;
  heard: (resume: ResumeOut) => void;
  again: () => Promise<void>;
}

export function useResume(): ResumeHandle {
  const session = useSession();
  const face = ref<Face>("loading");
  const draft = shallowRef<Draft | null>(null);
  const file = ref<ResumeFileOut | null>(null);
  const phone = ref("");
  let isKnown = false;

  function heard(resume: ResumeOut): void {
    file.value = resume.file;
    phone.value = resume.phone;
    draft.value?.heard(resume);
  }

  async function open(): Promise<void> {
    if (draft.value === null) {
      await session.ensureSomeone();
      if (session.user === null) return;
      draft.value = draftOf(session.user);
    }
    try {
      const resume = await api.fetchResume();
      file.value = resume.file;
      phone.value = resume.phone;
      draft.value.open(resume);
      isKnown = true;
    } catch (error) {
      // Known to this device: what was typed can go on, and is sent when the network is back.
      if (!(error instanceof NetworkError) || session.user === null) throw error;
      draft.value.openOffline();
    }
  }

  async function again(): Promise<void> {
    face.value = draft.value === null ? "loading" : face.value;
    try {
      await open();
      face.value = "ready";
    } catch (error) {
      if (draft.value === null || !(error instanceof NetworkError)) face.value = faceOf(error);
    }
  }

  /** Back in view, or back online: another device may have gone on, and what waits here may go. */
  function woke(): void {
    if (document.visibilityState === "hidden") draft.value?.flush();
    else if (draft.value === null || !isKnown) void again();
    else if (draft.value.isPending()) draft.value.flush();
    else void api.fetchResume().then(heard, () => undefined);
  }

  onMounted(() => {
    void again();
    window.addEventListener("online", woke);
    document.addEventListener("visibilitychange", woke);
  });
  onScopeDispose(() => {
    draft.value?.flush();
    window.removeEventListener("online", woke);
    document.removeEventListener("visibilitychange", woke);
  });

  return { face, draft, file, phone, isSignedIn: computed(() => session.isSignedIn), heard, again };
}
