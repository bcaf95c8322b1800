/** Who is using this page. */
import { defineStore } from "pinia";
import { computed, ref } from "vue";

import * as api from "@/accounts/api";
import { useIdentity, whenOtherPerson } from "@/http/client";
import { outbox } from "@/http/pageOutbox";
import type { CodeSentOut, MeOut } from "@/http/schema.gen";
import { syncClock } from "@/lib/clock";
import { forgetOwn } from "@/lib/kept";
import { socket } from "@/realtime/page";
import { forgetTopics } from "@/realtime/useTopic";

export const useSession = defineStore("session", () => {
  const me = ref<MeOut | null>(null);
  const user = computed(() => me.value?.user ?? null);
  const isSignedIn = computed(() => user.value !== null && !user.value.is_guest);

  /**
   * Take in a MeOut; when it is another person, the socket must introduce itself again. After a sign-in it may have
   * come up as somebody else even if nobody was known here yet.
   */
  function become(next: MeOut, hasChanged = false): void {
    const before = me.value;
    const isOther = before === null ? hasChanged : before.user?.id !== next.user?.id;
    syncClock(next.now);
    useIdentity(next.csrf_token, next.user?.id ?? null);
    me.value = next;
    if (isOther) {
      forgetTopics();
      forgetOwn();
      socket.restart();
      outbox.wake();
    }
  }

  let changing: Promise<unknown> = Promise.resolve();
  let changes = 0;

  /** Sign in or out. Nobody asks who is here meanwhile, and what was asked before is not believed any more. */
  function change(act: () => Promise<MeOut>): Promise<MeOut> {
    changes += 1;
    const changed = act();
    changing = changed.catch(() => undefined);
    return changed;
  }

  async function load(): Promise<void> {
    for (;;) {
      await changing;
      const before = changes;
      const next = await api.fetchMe();
      if (before !== changes) continue;
      become(next);
      return;
    }
  }

  /** One tap is enough to queue: whoever isn't signed in becomes this device's guest. */
  async function ensureSomeone(): Promise<void> {
    await changing;
    if (me.value === null) await load();
    if (user.value === null) become(await change(api.becomeGuest), true);
  }

  function requestCode(phone: string): Promise<CodeSentOut> {
    return api.requestCode(phone);
  }

  async function confirmCode(code: string, displayName: string): Promise<void> {
    const guest = user.value?.is_guest === true ? user.value.id : null;
    const next = await change(() => api.confirmCode(code, displayName));
    // The server moved the guest's commands to the account; what is still kept here goes the same way.
    if (guest !== null && next.user !== null) await outbox.handOver(guest, { id: next.user.id, isGuest: false });
    become(next, true);
  }

  async function staffSignIn(username: string, password: string): Promise<void> {
    become(await change(() => api.staffSignIn(username, password)), true);
  }

  async function confirmSecondFactor(code: string): Promise<void> {
    become(await change(() => api.confirmSecondFactor(code)), true);
  }

  async function signOut(): Promise<void> {
    become(await change(api.signOut), true);
  }

  whenOtherPerson(() => void load().catch(() => undefined));
  outbox.introduce({
    who: () => (user.value === null ? null : { id: user.value.id, isGuest: user.value.is_guest }),
    refresh: load,
    ensureSomeone,
  });

  return { me, user, isSignedIn, load, ensureSomeone, requestCode, confirmCode, staffSignIn, confirmSecondFactor, signOut };
});
