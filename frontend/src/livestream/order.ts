/** Where a cue goes when it is moved. Pure; null where nothing changes. */

export function moved(order: readonly number[], id: number, by: -1 | 1): number[] | null {
  const at = order.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= order.length) return null;
  const next = order.filter((one) => one !== id);
  next.splice(to, 0, id);
  return next;
}

/** Dragged onto another row it takes that row's place. */
export function movedBefore(order: readonly number[], id: number, target: number): number[] | null {
  const [at, to] = [order.indexOf(id), order.indexOf(target)];
  if (at < 0 || to < 0 || at === to) return null;
  const next = order.filter((one) => one !== id);
  next.splice(to, 0, id);
  return next;
}
