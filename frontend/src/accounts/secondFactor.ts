/** The authenticator: what its pages ask of the server. */
import { post } from "@/http/client";
import type { NewSecretOut, RecoveryCodesOut } from "@/http/schema.gen";

export const beginSecondFactor = (): Promise<NewSecretOut> => post("/me/second-factor/secret");
export const setUpSecondFactor = (code: string): Promise<RecoveryCodesOut> => post("/me/second-factor", { code });
export const renewRecoveryCodes = (): Promise<RecoveryCodesOut> => post("/me/second-factor/recovery-codes");
