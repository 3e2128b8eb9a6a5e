/** Places the bars of a score on one line with zero somewhere on it. */

import { differing } from "../../core/score_terms";
import type { ScoreTerm } from "../../core/wire";

export interface TermBar extends ScoreTerm {
  /** Both as shares of the track's width. */
  start: number;
  length: number;
  is_negative: boolean;
}

/** The largest contribution of any term: one scale for all rows makes their bars comparable. */
export function scaleOf(rows: readonly { terms: readonly ScoreTerm[] }[]): number {
  return Math.max(0, ...rows.flatMap((row) => differing(row.terms).map((term) => Math.abs(term.contribution))));
}

/** Room for negative bars is made only where there are any. `scale` is the contribution that fills a side. */
export function barsOf(terms: readonly ScoreTerm[], scale = scaleOf([{ terms }])): TermBar[] {
  const lowest = Math.min(0, ...terms.map((term) => term.contribution));
  const highest = Math.max(scale, ...terms.map((term) => term.contribution));
  const width = highest - lowest;
  const share = (value: number): number => (width === 0 ? 0 : value / width);
  const zero = share(0 - lowest);
  return terms.map((term) => {
    const is_negative = term.contribution < 0;
    const length = share(Math.abs(term.contribution));
    return { ...term, start: is_negative ? zero - length : zero, length, is_negative };
  });
}
