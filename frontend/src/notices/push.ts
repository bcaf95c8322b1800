/** Web Push, where a browser has all of it. WeChat's has none, so everything here may be absent. */
import type { PushSubscriptionIn } from "@/http/schema.gen";

const WORKER = "/static/push-worker.js";

export function hasPush(): boolean {
  const { PushManager, Notification } = window as { PushManager?: unknown; Notification?: unknown };
  return PushManager !== undefined && Notification !== undefined && "serviceWorker" in navigator && window.isSecureContext;
}

async function worker(): Promise<ServiceWorkerRegistration | null> {
  return (await navigator.serviceWorker.getRegistration(WORKER)) ?? null;
}

/** This browser's subscription, if it has one. */
export async function currentPush(): Promise<string | null> {
  if (!hasPush()) return null;
  const subscription = await (await worker())?.pushManager.getSubscription();
  return subscription?.endpoint ?? null;
}

/** Ask the person and subscribe; null when they say no. */
export async function subscribePush(key: string): Promise<PushSubscriptionIn | null> {
  if ((await Notification.requestPermission()) !== "granted") return null;
  const registration = await navigator.serviceWorker.register(WORKER);
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { keys } = subscription.toJSON();
  return { endpoint: subscription.endpoint, p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" };
}

export async function unsubscribePush(): Promise<void> {
  const subscription = await (await worker())?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}
