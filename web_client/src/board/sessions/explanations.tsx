/** Why a session went to whom it went: candidates, terms and who was left out, newest assignment first. */

import { formatMoment, formatNumber } from "../../core/i18n";
import type { Explanation } from "../../core/wire";
import { Avatar, Skeleton } from "../../ui";
import { useParts } from "../frame/parts";
import { exclusionName, policyName } from "../names";
import { sessionText } from "../texts";
import { TermBars } from "./term_bars";

export function Explanations({ explanations, reason }: { explanations: readonly Explanation[] | null; reason?: string | undefined }) {
  const t = sessionText.value;
  return (
    <div class="why" data-testid="session-explanations">
      <h3>{t.why}</h3>
      {reason !== undefined && <p class="why__reason">{reason}</p>}
      {explanations === null && <Skeleton rows={2} />}
      {explanations?.length === 0 && <p class="quiet">{t.notAssignedYet}</p>}
      {explanations?.map((one, index) => (
        <Assignment key={one.at} one={one} is_open={index === 0} />
      ))}
    </div>
  );
}

function Assignment({ one, is_open }: { one: Explanation; is_open: boolean }) {
  const t = sessionText.value;
  const { directory } = useParts();
  const rivals = one.candidates.filter((other) => other.consultant_id !== one.consultant_id);
  return (
    <details class="why__one" open={is_open} data-testid="explanation">
      <summary>
        <strong>{directory.nameOf(one.consultant_id)}</strong>
        <span class="quiet">
          {policyName(one.policy)} · {formatMoment(one.at)}
        </span>
      </summary>
      <TermBars terms={one.terms} total={one.score} />
      {rivals.map((other) => (
        <details key={other.consultant_id} class="why__rival">
          <summary>
            <Avatar name={directory.nameOf(other.consultant_id)} id={other.consultant_id} size="small" />
            <span>{directory.nameOf(other.consultant_id)}</span>
            <span class="why__score">{formatNumber(other.score, { maximumFractionDigits: 2 })}</span>
          </summary>
          <TermBars terms={other.terms} total={other.score} />
        </details>
      ))}
      <Excluded excluded={one.excluded} title={t.excluded} />
    </details>
  );
}

export function Excluded({ excluded, title }: { excluded: readonly { consultant_id: string; reason: string }[]; title: string }) {
  const { directory } = useParts();
  if (excluded.length === 0) return null;
  return (
    <div class="excluded">
      <h4>{title}</h4>
      <ul>
        {excluded.map((one) => (
          <li key={one.consultant_id} data-testid="match-excluded">
            <span>{directory.nameOf(one.consultant_id)}</span>
            <span class="quiet">{exclusionName(one.reason)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
