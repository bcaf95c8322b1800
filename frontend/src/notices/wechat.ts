/** WeChat's subscription messages: each yes is good for one. WeChat itself says who it is, by a code in the address. */
const KEPT = "wechat-state";

export const inWeChat = (agent = navigator.userAgent): boolean => /MicroMessenger/i.test(agent);

/** Inside WeChat, or where the stub answers within this site. */
export const mayAsk = (address: string, agent?: string): boolean => address.startsWith("/") || (address !== "" && inWeChat(agent));

/** Where to go now; coming back with another state than this is somebody else's doing. */
export function askAddress(address: string, store: Storage = sessionStorage): string {
  const state = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  store.setItem(KEPT, state);
  return address.replace("STATE", state);
}

/** The code WeChat brought back, once; empty when there is none or it was not asked for from here. */
export function broughtBack(query: Record<string, unknown>, store: Storage = sessionStorage): string {
  const { code, state } = query;
  const kept = store.getItem(KEPT);
  if (typeof code !== "string" || typeof state !== "string" || kept === null || kept !== state) return "";
  store.removeItem(KEPT);
  return /^[A-Za-z0-9_-]{4,128}$/.test(code) ? code : "";
}
