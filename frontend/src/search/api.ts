import { get } from "@/http/client";
import type { EmployersOut, SearchOut } from "@/http/schema.gen";

export const fetchPositions = (path: string, signal: AbortSignal): Promise<SearchOut> => get(path, signal);
export const fetchEmployers = (path: string, signal: AbortSignal): Promise<EmployersOut> => get(path, signal);
