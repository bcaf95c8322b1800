import { beforeEach, describe, expect, it } from "vitest";

import { askAddress, broughtBack, inWeChat, mayAsk } from "@/notices/wechat";

const WECHAT = "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0.49";
const ADDRESS = "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx1&state=STATE#wechat_redirect";

describe("asking WeChat", () => {
  beforeEach(() => {
    sessionStorage.clear();
  });

  it("is for its own browser, and for the stub anywhere", () => {
    expect(inWeChat(WECHAT)).toBe(true);
    expect([mayAsk(ADDRESS, WECHAT), mayAsk(ADDRESS, "Safari"), mayAsk("/me", "Safari"), mayAsk("", WECHAT)]).toEqual([true, false, true, false]);
  });

  it("takes back the code it asked for, once", () => {
    const state = /state=([0-9a-f]{24})#/.exec(askAddress(ADDRESS))?.[1];
    expect(state).toBeDefined();
    expect(broughtBack({ code: "0a1b2c", state })).toBe("0a1b2c");
    expect(broughtBack({ code: "0a1b2c", state })).toBe("");
  });

  it("takes nothing it did not ask for", () => {
    expect(broughtBack({ code: "0a1b2c", state: "x" })).toBe("");
    askAddress(ADDRESS);
    expect(broughtBack({ code: "0a1b2c", state: "x" })).toBe("");
    expect(broughtBack({ code: "0a1b2c" })).toBe("");
    const state = /state=([0-9a-f]{24})#/.exec(askAddress(ADDRESS))?.[1];
    expect(broughtBack({ code: "<b>", state })).toBe("");
  });
});
