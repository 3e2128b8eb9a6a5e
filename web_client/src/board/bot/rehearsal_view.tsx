/** What a new entry would change for the others, in figures and by example. */

import { formatNumber } from "../../core/i18n";
import { AlertIcon, Badge } from "../../ui";
import { botText } from "../texts";
import type { Outcome, Rehearsal } from "./payloads";

const TONES = { right: "success", wrong: "danger", silent: "warning" } as const;

export function RehearsalView({ found }: { found: Rehearsal }) {
  const t = botText.value;
  const is_harmful = found.newly_wrong + found.newly_silent > 0;
  return (
    <div class="rehearsal" role="status" data-testid="rehearsal">
      <p class="quiet">{found.asked === 0 ? t.resultEmpty : t.resultOf(found)}</p>
      {found.asked > 0 && <Counts found={found} />}
      {found.newly_right + found.newly_wrong + found.newly_silent === 0 && found.asked > 0 && <p>{t.resultNone}</p>}
      <p class="bot-card__facts">
        {found.newly_right > 0 && <Badge tone="success">{`+${formatNumber(found.newly_right)} ${t.newlyRight}`}</Badge>}
        {found.newly_wrong > 0 && <Badge tone="danger">{`+${formatNumber(found.newly_wrong)} ${t.newlyWrong}`}</Badge>}
        {found.newly_silent > 0 && <Badge tone="warning">{`−${formatNumber(found.newly_silent)} ${t.newlySilent}`}</Badge>}
      </p>
      {is_harmful && (
        <div class="notice">
          <AlertIcon />
          <p>{t.harmful}</p>
        </div>
      )}
      {found.changes.length > 0 && (
        <ul class="rehearsal__changes">
          {found.changes.map((change) => (
            <li key={`${change.entry_id} ${change.question}`}>
              <span>{change.question}</span>
              <span class="rehearsal__step">
                <OutcomeBadge outcome={change.before} /> → <OutcomeBadge outcome={change.after} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {found.own_asked > 1 && <p class="quiet">{t.ownRight({ right: found.own_right, asked: found.own_asked })}</p>}
    </div>
  );
}

function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  return <Badge tone={TONES[outcome]}>{botText.value.outcomes[outcome]}</Badge>;
}

function Counts({ found }: { found: Rehearsal }) {
  const t = botText.value;
  return (
    <table class="rehearsal__counts">
      <thead>
        <tr>
          <td />
          <th scope="col">{t.before}</th>
          <th scope="col">{t.after}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{t.answeredRight}</th>
          <td>{formatNumber(found.right_before)}</td>
          <td>{formatNumber(found.right_after)}</td>
        </tr>
        <tr>
          <th scope="row">{t.answeredWrong}</th>
          <td>{formatNumber(found.wrong_before)}</td>
          <td>{formatNumber(found.wrong_after)}</td>
        </tr>
      </tbody>
    </table>
  );
}
