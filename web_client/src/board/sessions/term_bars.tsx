/** A score as bars: each term's contribution to the right when it helps, to the left when it hurts. */

import { formatNumber } from "../../core/i18n";
import { BASE_TERM, differing } from "../../core/score_terms";
import type { ScoreTerm } from "../../core/wire";
import { termName } from "../names";
import { sessionText } from "../texts";
import { barsOf } from "./term_scale";

export function TermBars({ terms, total, scale }: { terms: readonly ScoreTerm[]; total: number; scale?: number }) {
  const t = sessionText.value;
  if (terms.length === 0) return null;
  const base = terms.find((term) => term.name === BASE_TERM);
  const shown = (value: number): string => formatNumber(value, { maximumFractionDigits: 2, minimumFractionDigits: 2 });
  return (
    <dl class="terms">
      {base !== undefined && (
        <div class="terms__row" title={t.termDetail({ value: shown(base.value), weight: shown(base.weight) })}>
          <dt>{termName(base.name)}</dt>
          <dd class="terms__track" />
          <dd class="terms__value">{shown(base.contribution)}</dd>
        </div>
      )}
      {barsOf(differing(terms), scale).map((bar) => (
        <div key={bar.name} class="terms__row" title={t.termDetail({ value: shown(bar.value), weight: shown(bar.weight) })}>
          <dt>{termName(bar.name)}</dt>
          <dd class="terms__track" aria-hidden="true">
            <span
              class={`terms__bar ${bar.is_negative ? "terms__bar--negative" : ""}`}
              style={{ left: `${bar.start * 100}%`, width: `${bar.length * 100}%` }}
            />
          </dd>
          <dd class="terms__value">{shown(bar.contribution)}</dd>
        </div>
      ))}
      <div class="terms__row terms__row--total">
        <dt>{t.total}</dt>
        <dd class="terms__track" />
        <dd class="terms__value">{shown(total)}</dd>
      </div>
    </dl>
  );
}
