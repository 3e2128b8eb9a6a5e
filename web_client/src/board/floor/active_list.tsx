/** The conversations that consultants lead right now. */

import type { Session } from "../../core/wire";
import { Avatar, Badge, DangerBadge, EmptyState, PeopleIcon } from "../../ui";
import { now_ms } from "../frame/clock";
import { clockFace, secondsBetween } from "../frame/clock_face";
import { Section } from "../frame/page_head";
import { openSession } from "../frame/route";
import { languageName } from "../names";
import { boardText } from "../texts";

export function ActiveList({ active }: { active: readonly Session[] }) {
  const t = boardText.value;
  return (
    <Section title={t.active} count={active.length} testid="board-active-list">
      {active.length === 0 ? (
        <EmptyState title={t.nobodyTalks} icon={<PeopleIcon />} />
      ) : (
        <ul class="rows">
          {active.map((one) => (
            <Active key={one.id} session={one} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Active({ session }: { session: Session }) {
  const t = boardText.value;
  const seconds = secondsBetween(session.assigned_at ?? session.created_at, now_ms.value);
  return (
    <li class="row" data-testid="board-active" data-session={session.id}>
      <button type="button" class="row__button" onClick={() => openSession(session.id)}>
        <Avatar name={session.user.name} id={session.user.id} />
        <span class="row__words">
          <span class="row__title">
            {session.user.name}
            {session.alarm !== undefined && <DangerBadge />}
          </span>
          <span class="row__about">
            {session.topic !== undefined && <span>{session.topic}</span>}
            <span>{languageName(session.language)}</span>
            {session.tags.slice(0, 2).map((tag) => (
              <span key={tag}>#{tag}</span>
            ))}
          </span>
        </span>
        {session.consultant === undefined ? (
          <Badge tone="warning">{t.noConsultant}</Badge>
        ) : (
          <span class="row__with" data-testid="active-consultant">
            <Avatar name={session.consultant.name} id={session.consultant.id} size="small" />
            <span>{session.consultant.name}</span>
          </span>
        )}
        <span class="clock" role="timer">
          {clockFace(seconds)}
        </span>
      </button>
    </li>
  );
}
