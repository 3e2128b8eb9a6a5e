/** Which terms of a score tell one candidate from another. */

import type { ScoreTerm } from "./wire";

/** The term that is the same for everybody. */
export const BASE_TERM = "base";

/** Without the base, which would dwarf all that differs. */
export function differing(terms: readonly ScoreTerm[]): ScoreTerm[] {
  return terms.filter((term) => term.name !== BASE_TERM);
}
