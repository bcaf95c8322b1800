import { expect, it } from "vitest";

import { nextPage } from "@/accounts/next";

it.each([
  ["/t/5", "/t/5"],
  ["/desk/42?x=1", "/desk/42?x=1"],
  ["//evil.example", "/me"],
  ["/\\evil.example", "/me"],
  ["https://evil.example", "/me"],
  ["javascript:alert(1)", "/me"],
  ["", "/me"],
  [undefined, "/me"],
  [["/a", "/b"], "/me"],
])("%o → %s", (asked, result) => {
  expect(nextPage(asked, "/me")).toBe(result);
});
