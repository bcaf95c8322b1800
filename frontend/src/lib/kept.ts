/** What this device keeps for pages without network, in localStorage; private windows may refuse it. */
const PERSONAL = "jobfair.own.";

export function keepLocally(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Then the page needs the network.
  }
}

export function keptLocally<T>(name: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null") as T | null;
  } catch {
    return null;
  }
}

/** The name of something that is one person's: gone as soon as somebody else is here. */
export function own(name: string): string {
  return PERSONAL + name;
}

export function forgetOwn(): void {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(PERSONAL)) localStorage.removeItem(name);
  } catch {
    // Nothing was kept.
  }
}
