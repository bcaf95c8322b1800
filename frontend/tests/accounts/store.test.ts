import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { useSession } from "@/accounts/store";
import type { MeOut } from "@/http/schema.gen";
import { socket } from "@/realtime/page";

type Answer = (me: MeOut) => void;
let asked: { path: string; answer: Answer }[];

function meOf(id: number | null, isGuest = false): MeOut {
  const user = id === null ? null : { id, display_name: "", phone: "", is_guest: isGuest, is_staff: false };
  return { user, booths: [], fairs: [], csrf_token: "t", now: "2026-04-11T04:00:00Z", debug: false } as unknown as MeOut;
}
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};
const paths = (): string[] => asked.map((one) => one.path);

beforeEach(() => {
  setActivePinia(createPinia());
  asked = [];
  vi.stubGlobal("WebSocket", undefined);
  vi.stubGlobal(
    "fetch",
    (path: string) =>
      new Promise<Response>((resolve) => {
        asked.push({ path, answer: (me) => { resolve(new Response(JSON.stringify(me))); } });
      }),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe("who is here", () => {
  it("is not what was asked before somebody signed in and answered after", async () => {
    const session = useSession();
    const loaded = session.load();
    await settle();
    const signedIn = session.staffSignIn("recruiter-1", "a-password");
    await settle();
    asked[1]?.answer(meOf(9));
    await signedIn;
    asked[0]?.answer(meOf(5, true));
    await settle();
    expect(session.user?.id).toBe(9);
    expect(paths()).toEqual(["/api/me", "/api/staff/sign-in", "/api/me"]);
    asked[2]?.answer(meOf(9));
    await loaded;
    expect(session.user?.id).toBe(9);
  });

  it("is told to the socket after a sign-in that was faster than the first question", async () => {
    const restart = vi.spyOn(socket, "restart").mockImplementation(() => undefined);
    const session = useSession();
    void session.load(); // asked as nobody, and so came the socket up
    await settle();
    const signedIn = session.staffSignIn("recruiter-1", "a-password");
    await settle();
    asked[1]?.answer(meOf(9));
    await signedIn;
    expect(restart).toHaveBeenCalledTimes(1);
    restart.mockRestore();
  });

  it("is not asked, and nobody becomes a guest, while somebody signs in", async () => {
    const session = useSession();
    const first = session.load();
    await settle();
    asked[0]?.answer(meOf(null));
    await first;
    const signedIn = session.staffSignIn("recruiter-1", "a-password");
    const someone = session.ensureSomeone();
    await settle();
    expect(paths()).toEqual(["/api/me", "/api/staff/sign-in"]);
    asked[1]?.answer(meOf(9));
    await Promise.all([signedIn, someone]);
    expect(paths()).toHaveLength(2);
    expect(session.user?.id).toBe(9);
  });
});
