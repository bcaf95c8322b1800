import { get, post, put } from "@/http/client";
import type {
  NoticePreferencesIn,
  NoticePreferencesOut,
  NoticesPageOut,
  PushSubscriptionIn,
  SeenOut,
  StubMessageOut,
} from "@/http/schema.gen";

export const fetchNotices = (cursor: string | null = null): Promise<NoticesPageOut> =>
  get(cursor === null ? "/me/notices" : `/me/notices?cursor=${cursor}`);
export const acknowledge = (ids: number[]): Promise<SeenOut> => post("/me/notices/acknowledge", { ids });
export const fetchPreferences = (): Promise<NoticePreferencesOut> => get("/me/notice-preferences");
export const savePreferences = (choice: NoticePreferencesIn): Promise<NoticePreferencesOut> => put("/me/notice-preferences", choice);
export const addPush = (subscription: PushSubscriptionIn): Promise<NoticePreferencesOut> => post("/me/push-subscriptions", subscription);
export const removePush = (endpoint: string): Promise<NoticePreferencesOut> => post("/me/push-subscriptions/remove", { endpoint });
export const addWeChat = (code: string): Promise<NoticePreferencesOut> => post("/me/wechat-consents", { code });
export const fetchStubMessages = (): Promise<StubMessageOut[]> => get("/dev/messages");
