/** Why this consultant: a bar for every term, the other candidates, and who was out of the question. */

import { formatMoment, formatNumber } from "../core/i18n";
import type { Explanation, PersonId } from "../core/wire";
import { Badge } from "../ui";
import type { Desk } from "./desk";
import { barsOf, exclusionsOf, rivalsOf, type TermBar } from "./explanation_facts";
import { deskText } from "./texts";

export function ExplanationView({ desk, explanation }: { desk: Desk; explanation: Explanation }) {
  const t = deskText.value;
  const is_scored = explanation.terms.length > 0;
  return (
    <div class="explanation" data-testid="explanation" data-policy={explanation.policy}>
      {is_scored ? <Terms explanation={explanation} /> : <p>{t.byHand[explanation.policy] ?? t.byHandOther}</p>}
      {explanation.candidates.length > 0 && <Candidates desk={desk} explanation={explanation} />}
      {explanation.excluded.length > 0 && <Excluded desk={desk} explanation={explanation} />}
      <p class="explanation__policy">{t.policy({ policy: explanation.policy, moment: formatMoment(explanation.at) })}</p>
    </div>
  );
}

function Terms({ explanation }: { explanation: Explanation }) {
  const t = deskText.value;
  const bars = barsOf(explanation);
  return (
    <>
      <ul class="bars">
        {bars.map((bar) => (
          <Bar key={bar.name} bar={bar} />
        ))}
      </ul>
      <p class="explanation__sum">
        <strong>{t.score({ score: points(explanation.score) })}</strong>
        {bars.some((bar) => bar.others !== null) && <span>{t.othersMean}</span>}
      </p>
    </>
  );
}

function Bar({ bar }: { bar: TermBar }) {
  return (
    <li class="bar" data-testid="term" data-term={bar.name}>
      <span class="bar__name">{deskText.value.terms[bar.name] ?? bar.name}</span>
      <span class="bar__value">{points(bar.contribution)}</span>
      <span class="bar__track" aria-hidden="true">
        <span class="bar__fill" style={{ width: `${bar.length * 100}%` }} />
        {bar.others !== null && <span class="bar__others" style={{ left: `${bar.others * 100}%` }} />}
      </span>
    </li>
  );
}

function Candidates({ desk, explanation }: { desk: Desk; explanation: Explanation }) {
  const t = deskText.value;
  return (
    <section>
      <h4>{t.candidates}</h4>
      <ol class="rivals">
        {rivalsOf(explanation).map((rival) => (
          <li key={rival.consultant_id} class={rival.is_chosen ? "rival rival--chosen" : "rival"} data-testid="candidate">
            <span class="rival__name">
              {nameOf(desk, rival.consultant_id)}
              {rival.is_chosen && <Badge tone="accent">{t.chosen}</Badge>}
            </span>
            <span class="bar__value">{points(rival.score)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Excluded({ desk, explanation }: { desk: Desk; explanation: Explanation }) {
  const t = deskText.value;
  return (
    <section>
      <h4>{t.excluded}</h4>
      <dl class="excluded">
        {exclusionsOf(explanation).map(({ reason, consultant_ids }) => (
          <div key={reason} data-testid="exclusion" data-reason={reason}>
            <dt>{t.exclusions[reason] ?? reason}</dt>
            <dd>{consultant_ids.map((id) => nameOf(desk, id)).join(" · ")}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function nameOf(desk: Desk, id: PersonId): string {
  if (id === desk.person.id) return desk.person.name;
  const name = desk.directory.nameOf(id);
  // While names are on their way a dash stands for them; who is missing then has left the house.
  return name ?? (desk.directory.colleagues === null ? "–" : deskText.value.unknownPerson);
}

function points(value: number): string {
  return formatNumber(value, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
