import { computed, type ComputedRef } from "vue";

import { useSession } from "@/accounts/store";
import type { NoticeOut } from "@/http/schema.gen";
import { reduceNotices, type Push } from "@/notices/live";
import type { NoticesOut } from "@/realtime/protocol.gen";
import { useLogTopic } from "@/realtime/useTopic";

/** The newest of one's own notices, live; null while not known. */
export function useMyNotices(): ComputedRef<NoticeOut[] | null> {
  const session = useSession();
  const { view } = useLogTopic<NoticesOut, Push>(
    () => (session.user === null ? null : `user:${session.user.id}:notices`),
    reduceNotices,
  );
  return computed(() => view.value?.state?.notices ?? null);
}
