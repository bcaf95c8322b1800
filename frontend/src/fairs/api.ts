import { get } from "@/http/client";
import type { BoothCardOut, FairOut, FairSummaryOut } from "@/http/schema.gen";

export const fetchFairs = (): Promise<FairSummaryOut[]> => get("/fairs");
export const fetchFair = (slug: string): Promise<FairOut> => get(`/fairs/${encodeURIComponent(slug)}`);
export const fetchBooths = (slug: string): Promise<BoothCardOut[]> =>
  get(`/fairs/${encodeURIComponent(slug)}/booths`);
