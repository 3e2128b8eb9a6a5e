/** Who works today: the chosen status, whether they are really there, and how full they are. */

import type { BoardConsultant } from "../../core/wire";
import { Avatar, Badge, EmptyState, PeopleIcon } from "../../ui";
import { Section } from "../frame/page_head";
import { presenceName } from "../names";
import { boardText } from "../texts";
import { byAvailability } from "./consultant_order";

export function ConsultantList({ consultants }: { consultants: readonly BoardConsultant[] }) {
  const t = boardText.value;
  return (
    <Section title={t.consultants} count={consultants.length} testid="board-consultant-list">
      {consultants.length === 0 ? (
        <EmptyState title={t.noConsultants} icon={<PeopleIcon />}>
          <p>{t.noConsultantsDetail}</p>
        </EmptyState>
      ) : (
        <ul class="rows">
          {byAvailability(consultants).map((one) => (
            <Consultant key={one.id} one={one} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Consultant({ one }: { one: BoardConsultant }) {
  const t = boardText.value;
  const is_gone = !one.present && one.status !== "offline";
  return (
    <li
      class={`row row--still ${one.present ? "" : "row--faint"}`}
      data-testid="board-consultant"
      data-consultant={one.id}
      data-status={one.status}
      data-present={one.present}
    >
      <span class="presence">
        <Avatar name={one.name} id={one.id} />
        <i class={`presence__dot presence__dot--${one.present ? one.status : "offline"}`} aria-hidden="true" />
      </span>
      <span class="row__words">
        <span class="row__title">{one.name}</span>
        <span class="row__about">
          <span>{presenceName(one.status)}</span>
          {one.title !== "" && <span>{one.title}</span>}
        </span>
        {is_gone && (
          <span>
            <Badge tone="warning">{t.notPresent}</Badge>
          </span>
        )}
      </span>
      <LoadBar open={one.open} capacity={one.capacity} />
    </li>
  );
}

function LoadBar({ open, capacity }: { open: number; capacity: number }) {
  const t = boardText.value;
  const share = capacity > 0 ? Math.min(1, open / capacity) : 1;
  const tone = share >= 1 ? "full" : share >= 0.75 ? "busy" : "free";
  return (
    <span class="load" role="img" aria-label={t.load({ open, capacity })} title={t.load({ open, capacity })}>
      <span class="load__track">
        <span class={`load__bar load__bar--${tone}`} style={{ width: `${share * 100}%` }} />
      </span>
      <span class="load__count">
        {open}/{capacity}
      </span>
    </span>
  );
}
