/** Where to go after signing in: only a path of this product, whatever the address says. */
export function nextPage(asked: unknown, otherwise: string): string {
  return typeof asked === "string" && /^\/(?![/\\])/.test(asked) ? asked : otherwise;
}
