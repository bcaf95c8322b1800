/** One press on "apply", from the first tap to the receipt, with what it has to ask on the way. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from "vue";
import { useI18n } from "vue-i18n";
import { useRoute, useRouter } from "vue-router";

import { useSession } from "@/accounts/store";
import { askedBy, nextStep, returnPath } from "@/applications/apply";
import { fetchConsent, fetchHasResume } from "@/applications/api";
import { useMyApplications, useSendings } from "@/applications/store";
import type { ApplicationOut, ConsentSheetOut, Source } from "@/applications/types";
import { ApiError, NetworkError } from "@/http/client";
import { explain } from "@/http/explain";
import { isOpen, type Sending } from "@/http/outbox";

export interface ApplyProps {
  positionId: number;
  fairSlug: string;
  source: Source;
  sourceRef: string;
  title?: string | undefined;
}

export interface Apply {
  mine: ComputedRef<ApplicationOut | null>;
  sendings: ComputedRef<Sending[]>;
  /** The note stands in the button's place then. */
  isStuck: ComputedRef<boolean>;
  busy: ComputedRef<boolean>;
  problem: Ref<string>;
  asksPhone: Ref<boolean>;
  asksConsent: Ref<boolean>;
  sheet: ShallowRef<ConsentSheetOut | null>;
  press: () => Promise<void>;
  agree: (sheet: ConsentSheetOut) => Promise<void>;
}

const PATIENCE_MS = 6_000;
const SAVING_MS = 400; // the résumé's page may still be saving the last field
const SAVING_TRIES = 8;

export function useApply(props: ApplyProps): Apply {
  const { t } = useI18n();
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  const { at, apply } = useMyApplications();
  const sendings = useSendings(() => props.positionId);

  const isAsking = ref(false);
  const problem = ref("");
  const asksPhone = ref(false);
  const asksConsent = ref(false);
  const sheet = shallowRef<ConsentSheetOut | null>(null);
  const hasResume = ref<boolean | null>(null);
  let agreed: string | null = null;

  const ofApplying = computed(() => sendings.value.filter((one) => one.entry.kind === "apply"));
  const mine = computed(() => {
    const delivered = ofApplying.value.find((one) => one.phase === "delivered");
    return at(props.positionId) ?? ((delivered?.reply ?? null) as ApplicationOut | null);
  });
  const isStuck = computed(() => ofApplying.value.some((one) => one.phase === "waiting" || one.phase === "sign_in"));
  const busy = computed(() => isAsking.value || ofApplying.value.some((one) => isOpen(one.phase)));

  /** Ask before the press where it can be asked: then the press works without network, and the sheet opens at once. */
  async function learn(): Promise<void> {
    if (!session.isSignedIn || mine.value !== null) return;
    const [consent, resume] = await Promise.all([
      inTime(fetchConsent(props.positionId)),
      hasResume.value === true ? true : inTime(fetchHasResume()),
    ]);
    sheet.value = consent ?? sheet.value;
    hasResume.value = resume ?? hasResume.value;
  }

  async function press(): Promise<void> {
    if (busy.value || mine.value !== null) return;
    isAsking.value = true;
    problem.value = "";
    try {
      if (session.me === null) await session.load();
      if (sheet.value === null || hasResume.value !== true) await learn();
      await take();
    } catch (error) {
      await refused(error);
    } finally {
      isAsking.value = false;
    }
  }

  async function take(): Promise<void> {
    const step = nextStep({ isSignedIn: session.isSignedIn, hasResume: hasResume.value, consent: sheet.value, agreed });
    if (step.ask === "phone") asksPhone.value = true;
    else if (step.ask === "resume") await toResume();
    else if (step.ask === "consent") asksConsent.value = true;
    else {
      const { positionId, source, sourceRef } = props;
      await apply({ positionId, source, sourceRef, title: props.title ?? sheet.value?.employer_name ?? "", textVersion: step.textVersion });
    }
  }

  async function agree(given: ConsentSheetOut): Promise<void> {
    agreed = given.text_version;
    asksConsent.value = false;
    await press();
  }

  async function toResume(): Promise<void> {
    await router.push({ path: "/me/resume", query: { next: returnPath(route.path, props.positionId) } });
  }

  /** What the refusal names is asked for at once; the note of the outbox says the rest. */
  async function refused(error: unknown): Promise<void> {
    const asks = error instanceof ApiError ? askedBy(error.code) : null;
    if (asks === "phone") asksPhone.value = true;
    else if (asks === "resume") await toResume();
    else if (asks === "consent") {
      agreed = null;
      sheet.value = await inTime(fetchConsent(props.positionId));
      asksConsent.value = sheet.value !== null;
    } else if (error instanceof NetworkError) problem.value = explain(error, t);
  }

  watch(
    () => [props.positionId, session.user?.id],
    () => {
      sheet.value = null;
      hasResume.value = null;
      agreed = null;
      void learn();
    },
    { immediate: true },
  );

  // Back from the résumé's page with the press still open.
  let isHere = true;
  onScopeDispose(() => {
    isHere = false;
  });
  watch(
    () => [route.query["apply"], session.me !== null] as const,
    async ([asked, isKnown]) => {
      if (asked !== String(props.positionId) || !isKnown) return;
      await router.replace({ query: { ...route.query, apply: undefined } });
      for (let n = 0; isHere && n < SAVING_TRIES && (await inTime(fetchHasResume())) === false; n++) await pause(SAVING_MS);
      if (isHere) await press();
    },
    { immediate: true },
  );

  return { mine, sendings: ofApplying, isStuck, busy, problem, asksPhone, asksConsent, sheet, press, agree };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Null when it did not come in time: the server decides then. */
async function inTime<T>(answer: Promise<T>): Promise<T | null> {
  const late = new Promise<null>((resolve) => {
    setTimeout(resolve, PATIENCE_MS, null);
  });
  return Promise.race([answer.catch(() => null), late]);
}
