/** Stars as numbers: one digit after the point, for no interval is narrower. */

import { formatNumber } from "../../core/i18n";

export function starsOf(value: number): string {
  return formatNumber(value, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** With its sign: `+0.3`, `−0.2`, `0.0`. */
export function starsChange(value: number): string {
  return formatNumber(value, { minimumFractionDigits: 1, maximumFractionDigits: 1, signDisplay: "exceptZero" });
}
