import { describe, expect, it } from "vitest";

import { askedBy, nextStep, returnPath, type Known } from "@/applications/apply";
import type { ConsentSheetOut } from "@/applications/types";

const sheet: ConsentSheetOut = {
  employer_id: 1,
  employer_name: "示例企业",
  contact: "",
  purpose: "",
  fields: [],
  text_version: "2026-11",
  text: "",
  given_at: null,
};
const known: Known = { isSignedIn: true, hasResume: true, consent: { ...sheet, given_at: "2026-04-11T02:00:00Z" }, agreed: null };

describe("what a press needs next", () => {
  it("is nothing for someone with a résumé and consent: one tap", () => {
    expect(nextStep(known)).toEqual({ ask: "nothing", textVersion: null });
  });

  it("asks who, then what, then for whom", () => {
    expect(nextStep({ ...known, isSignedIn: false, hasResume: false, consent: sheet })).toEqual({ ask: "phone" });
    expect(nextStep({ ...known, hasResume: false, consent: sheet })).toEqual({ ask: "resume" });
    expect(nextStep({ ...known, consent: sheet })).toEqual({ ask: "consent", sheet });
    expect(nextStep({ ...known, consent: sheet, agreed: "2026-11" })).toEqual({ ask: "nothing", textVersion: "2026-11" });
  });

  it("asks again when the text has changed since", () => {
    expect(nextStep({ ...known, consent: sheet, agreed: "2026-01" })).toEqual({ ask: "consent", sheet });
  });

  it("leaves what is unknown without network to the server", () => {
    expect(nextStep({ ...known, hasResume: null, consent: null })).toEqual({ ask: "nothing", textVersion: null });
  });
});

describe("refusals", () => {
  it.each([
    ["applications.consent_needed", "consent"],
    ["applications.phone_needed", "phone"],
    ["core.not_signed_in", "phone"],
    ["resumes.incomplete", "resume"],
    ["resumes.minor", null],
    ["applications.position_closed", null],
  ])("%s asks for %s", (code, asks) => {
    expect(askedBy(code)).toBe(asks);
  });

  it("come back to the same press", () => {
    expect(returnPath("/b/4", 12)).toBe("/b/4?apply=12");
  });
});
