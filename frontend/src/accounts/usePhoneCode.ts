/** Signing in by phone code, step by step: a number, then the code sent to it. Pages and sheets show it their own way. */
import { computed, ref, type ComputedRef, type Ref } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute, useRouter } from "vue-router";

import { nextPage } from "@/accounts/next";
import { useSession } from "@/accounts/store";
import { ApiError } from "@/http/client";
import { explain } from "@/http/explain";
import { useNow } from "@/lib/clock";

export interface PhoneCode {
  phone: Ref<string>;
  code: Ref<string>;
  name: Ref<string>;
  /** The number the code went to; empty before. */
  sentTo: Ref<string>;
  waitSeconds: ComputedRef<number>;
  busy: Ref<boolean>;
  problem: Ref<string>;
  /** Field → remedy. */
  fields: Ref<Record<string, string>>;
  send: () => Promise<void>;
  confirm: () => Promise<void>;
  otherPhone: () => void;
}

export function usePhoneCode(done: () => Promise<void> | void): PhoneCode {
  const { t } = useI18n();
  const session = useSession();
  const route = useRoute();
  const router = useRouter();
  const now = useNow();
  const phone = ref("");
  const code = ref("");
  const name = ref("");
  const sentTo = ref("");
  const resendAt = ref(0);
  const busy = ref(false);
  const problem = ref("");
  const fields = ref<Record<string, string>>({});
  const waitSeconds = computed(() => Math.max(0, Math.ceil((resendAt.value - now.value) / 1000)));

  async function attempt(act: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    problem.value = "";
    fields.value = {};
    try {
      await act();
    } catch (error) {
      if (error instanceof ApiError && error.code === "accounts.second_factor_needed") {
        await router.push({ path: "/second-factor", query: { next: nextPage(route.query["next"], route.path === "/sign-in" ? "/me" : route.fullPath) } });
        return;
      }
      if (error instanceof ApiError) fields.value = error.fields;
      if (Object.keys(fields.value).length === 0) problem.value = explain(error, t);
    } finally {
      busy.value = false;
    }
  }

  async function send(): Promise<void> {
    if (!/^1\d{10}$/.test(phone.value.replace(/[\s-]/g, ""))) {
      fields.value = { phone: t("signIn.phoneBad") };
      return;
    }
    await attempt(async () => {
      const sent = await session.requestCode(phone.value);
      sentTo.value = phone.value;
      resendAt.value = Date.parse(sent.resend_at);
    });
  }

  async function confirm(): Promise<void> {
    if (!/^\d{6}$/.test(code.value.trim())) {
      fields.value = { code: t("signIn.codeBad") };
      return;
    }
    await attempt(async () => {
      await session.confirmCode(code.value.trim(), name.value.trim());
      await done();
    });
  }

  function otherPhone(): void {
    sentTo.value = "";
    code.value = "";
    fields.value = {};
    problem.value = "";
  }

  return { phone, code, name, sentTo, waitSeconds, busy, problem, fields, send, confirm, otherPhone };
}
