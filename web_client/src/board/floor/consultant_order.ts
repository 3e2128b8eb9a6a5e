/** The order in which a supervisor looks for somebody: there and free first, gone last. */

import type { BoardConsultant } from "../../core/wire";

const STATUS_ORDER = { online: 0, busy: 1, away: 2, offline: 3 } as const;

export function byAvailability(consultants: readonly BoardConsultant[]): BoardConsultant[] {
  return [...consultants].sort(
    (one, other) =>
      Number(other.present) - Number(one.present) ||
      STATUS_ORDER[one.status] - STATUS_ORDER[other.status] ||
      freePlaces(other) - freePlaces(one) ||
      one.name.localeCompare(other.name),
  );
}

export function freePlaces(one: { open: number; capacity: number }): number {
  return Math.max(0, one.capacity - one.open);
}
