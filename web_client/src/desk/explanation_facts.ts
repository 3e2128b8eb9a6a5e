/** Turns an explanation's numbers into lengths that can be compared by eye. */

import { differing } from "../core/score_terms";
import type { Explanation, PersonId, ScoreTerm } from "../core/wire";

export interface TermBar {
  name: string;
  contribution: number;
  /** 0 to 1, of the longest bar anywhere in the explanation. */
  length: number;
  /** Where the mean of the other candidates lies on the same scale; null when there is nobody else. */
  others: number | null;
}

export interface Rival {
  consultant_id: PersonId;
  score: number;
  length: number;
  is_chosen: boolean;
}

/** Longest first; the base and terms that gave nothing to anybody are left out. */
export function barsOf(explanation: Explanation): TermBar[] {
  const rivals = explanation.candidates.filter((one) => one.consultant_id !== explanation.consultant_id);
  const own = differing(explanation.terms);
  const all = [own, ...rivals.map((one) => differing(one.terms))];
  const longest = Math.max(...all.flat().map((term) => term.contribution), 0);
  if (longest === 0) return [];
  const scaled = (value: number): number => Math.min(1, Math.max(0, value / longest));
  return own
    .filter((term) => all.some((terms) => contributionOf(terms, term.name) !== 0))
    .map((term) => {
      const total = rivals.reduce((sum, rival) => sum + contributionOf(rival.terms, term.name), 0);
      return {
        name: term.name,
        contribution: term.contribution,
        length: scaled(term.contribution),
        others: rivals.length === 0 ? null : scaled(total / rivals.length),
      };
    })
    .sort((one, other) => other.length - one.length);
}

/** Everybody who could have been chosen, best first. */
export function rivalsOf(explanation: Explanation): Rival[] {
  const best = Math.max(...explanation.candidates.map((one) => one.score), 0);
  return [...explanation.candidates]
    .sort((one, other) => other.score - one.score)
    .map((one) => ({
      consultant_id: one.consultant_id,
      score: one.score,
      length: best === 0 ? 0 : Math.max(0, one.score / best),
      is_chosen: one.consultant_id === explanation.consultant_id,
    }));
}

/**
 * The names of the terms that set the chosen one apart: the largest leads over the others' mean, at most `count`.
 * Without rivals it is what contributed most.
 */
export function decidingTerms(explanation: Explanation, count: number): string[] {
  return barsOf(explanation)
    .map((bar) => ({ name: bar.name, lead: bar.length - (bar.others ?? 0) }))
    .filter((bar) => bar.lead > 0.01)
    .sort((one, other) => other.lead - one.lead)
    .slice(0, count)
    .map((bar) => bar.name);
}

export interface ExcludedGroup {
  reason: string;
  consultant_ids: PersonId[];
}

/** People who were out of the question, gathered by the reason. */
export function exclusionsOf(explanation: Explanation): ExcludedGroup[] {
  const groups = new Map<string, PersonId[]>();
  for (const { reason, consultant_id } of explanation.excluded) {
    groups.set(reason, [...(groups.get(reason) ?? []), consultant_id]);
  }
  return [...groups].map(([reason, consultant_ids]) => ({ reason, consultant_ids }));
}

function contributionOf(terms: readonly ScoreTerm[], name: string): number {
  return terms.find((term) => term.name === name)?.contribution ?? 0;
}
