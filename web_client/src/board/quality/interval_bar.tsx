/** An estimate between one and five stars as a band, with a mark for what is usual on the floor. */

import { qualityText } from "../texts";
import type { Estimate } from "./payloads";
import { starsOf } from "./star_numbers";

const LEAST = 1;
const MOST = 5;

export interface IntervalBarProps {
  estimate: Estimate;
  usual: number;
  /** Too few ratings: a faint band without a point. */
  is_vague?: boolean;
}

export function IntervalBar({ estimate, usual, is_vague = false }: IntervalBarProps) {
  const t = qualityText.value;
  const { value, low, high } = estimate;
  const label = is_vague
    ? t.between({ low: starsOf(low), high: starsOf(high) })
    : t.estimateOf({ value: starsOf(value), low: starsOf(low), high: starsOf(high), usual: starsOf(usual) });
  return (
    <span class={`interval ${is_vague ? "interval--vague" : ""}`} role="img" aria-label={label} title={label}>
      <span class="interval__band" style={{ left: percent(low), right: percent(MOST + LEAST - high) }} />
      <span class="interval__usual" style={{ left: percent(usual) }} />
      {!is_vague && <span class="interval__point" style={{ left: percent(value) }} />}
    </span>
  );
}

function percent(stars: number): string {
  return `${(((stars - LEAST) / (MOST - LEAST)) * 100).toFixed(2)}%`;
}
