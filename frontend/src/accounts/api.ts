import { get, post } from "@/http/client";
import type { CodeSentOut, DevelopmentCodeOut, MeOut, SecondFactorOut } from "@/http/schema.gen";

export const fetchMe = (): Promise<MeOut> => get("/me");
export const becomeGuest = (): Promise<MeOut> => post("/guests");
export const requestCode = (phone: string): Promise<CodeSentOut> => post("/phone/request-code", { phone });
export const confirmCode = (code: string, displayName: string): Promise<MeOut> =>
  post("/phone/confirm", { code, display_name: displayName });
export const staffSignIn = (username: string, password: string): Promise<MeOut> =>
  post("/staff/sign-in", { username, password });
export const confirmSecondFactor = (code: string): Promise<MeOut> => post("/sign-in/second-factor", { code });
export const signOut = (): Promise<MeOut> => post("/sign-out");
export const fetchDevCodes = (): Promise<DevelopmentCodeOut[]> => get("/dev/codes");
export const fetchSecondFactor = (): Promise<SecondFactorOut> => get("/me/second-factor");
export const requestStepUpCode = (): Promise<CodeSentOut> => post("/me/step-up/request-code");
export const stepUp = (code: string): Promise<SecondFactorOut> => post("/me/step-up", { code });
