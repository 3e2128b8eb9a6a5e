/** Which consultants are shown, and in which order; whoever a figure is not known of stands last. */

import { locale } from "../../core/i18n";
import type { ConsultantQuality } from "./payloads";

export const ORDERS = ["highest", "lowest", "falling", "rising", "ratings", "share", "response", "name"] as const;
export type Order = (typeof ORDERS)[number];

/** What to sort by, smallest first; null is not known. */
const KEYS: Record<Exclude<Order, "name">, (row: ConsultantQuality) => number | null> = {
  highest: (row) => negated(knownValue(row)),
  lowest: knownValue,
  falling: (row) => row.quality?.trend?.change ?? null,
  rising: (row) => negated(row.quality?.trend?.change ?? null),
  ratings: (row) => -(row.quality?.sessions ?? 0),
  share: (row) => -row.share,
  response: (row) => row.first_response?.p50_s ?? null,
};

/** Those whose name or title, or a topic they shine in, contains all words of `search`. */
export function shown(rows: readonly ConsultantQuality[], search: string, order: Order): ConsultantQuality[] {
  const words = search.toLocaleLowerCase().split(/\s+/u).filter((word) => word !== "");
  return rows.filter((row) => words.every((word) => textOf(row).includes(word))).sort(comparison(order));
}

function comparison(order: Order): (one: ConsultantQuality, other: ConsultantQuality) => number {
  const byName = new Intl.Collator(locale.value).compare;
  if (order === "name") return (one, other) => byName(one.name, other.name);
  const key = KEYS[order];
  return (one, other) => compare(key(one), key(other)) || byName(one.name, other.name);
}

function compare(one: number | null, other: number | null): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return one - other;
}

function knownValue({ quality }: ConsultantQuality): number | null {
  return quality !== null && quality.is_known ? quality.value : null;
}

function negated(value: number | null): number | null {
  return value === null ? null : -value;
}

function textOf(row: ConsultantQuality): string {
  const topics = (row.quality?.topics ?? []).filter((one) => one.shines).map((one) => one.topic);
  return [row.name, row.title, ...topics].join("\n").toLocaleLowerCase();
}
