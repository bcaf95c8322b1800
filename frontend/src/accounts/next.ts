/** Where to go after signing in: only a path of this product, whatever the address says. */
export function nextPage(asked: unknown, otherwise: string): string {
  return typeof asked === "string" && /^\/(?![/\\])/.test(asked) ? asked : otherwise;
}

/** Go there; the back office is a page of its own. Nowhere asked for and no `otherwise`: stay. */
export async function goOn(router: { replace: (to: string) => Promise<unknown> }, asked: unknown, otherwise: string): Promise<void> {
  const path = nextPage(asked, otherwise);
  if (/^\/admin(\/|$)/.test(path)) window.location.assign(path);
  else if (path !== "") await router.replace(path);
}
