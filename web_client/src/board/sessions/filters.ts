/** The filters of the list of sessions, and the query they become. */

import type { SessionStatus } from "../../core/wire";

export interface SessionFilters {
  status: SessionStatus | "";
  consultant: string;
  /** A user's id. */
  user: string;
  tag: string;
  rating: "" | "1" | "2" | "3" | "4" | "5";
  /** Days of this device's calendar, both included. */
  from: string;
  to: string;
}

export const noFilters: SessionFilters = { status: "", consultant: "", user: "", tag: "", rating: "", from: "", to: "" };

export function isFiltered(filters: SessionFilters): boolean {
  return Object.values(filters).some((value) => value.trim() !== "");
}

/** Days become moments: the first from its midnight on, the last up to the next midnight. */
export function queryOf(filters: SessionFilters): Record<string, string | undefined> {
  const given = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());
  return {
    status: given(filters.status),
    consultant: given(filters.consultant),
    user: given(filters.user),
    tag: given(filters.tag),
    rating: given(filters.rating),
    from: midnight(filters.from, 0),
    to: midnight(filters.to, 1),
  };
}

function midnight(day: string, days_later: number): string | undefined {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || month === undefined || date === undefined || Number.isNaN(year + month + date)) return undefined;
  return new Date(year, month - 1, date + days_later).toISOString();
}
