/** Who waits, for how long, for what, and whether somebody was asked already. */

import type { BoardWaiting } from "../../core/wire";
import { Avatar, Badge, CheckIcon, EmptyState, PriorityBadge } from "../../ui";
import { now_ms } from "../frame/clock";
import { clockFace, waitTone } from "../frame/clock_face";
import { Section } from "../frame/page_head";
import { openSession } from "../frame/route";
import { languageName } from "../names";
import { boardText } from "../texts";
import { waitedSeconds, type LiveBoard } from "./board_state";

export function WaitingList({ live, waiting }: { live: LiveBoard; waiting: readonly BoardWaiting[] }) {
  const t = boardText.value;
  return (
    <Section title={t.waiting} count={waiting.length} testid="board-waiting-list">
      {waiting.length === 0 ? (
        <EmptyState title={t.nobodyWaits} icon={<CheckIcon />} testid="board-nobody-waits">
          <p>{t.nobodyWaitsDetail}</p>
        </EmptyState>
      ) : (
        <ol class="rows">
          {waiting.map((one) => (
            <Waiting key={one.id} one={one} seconds={waitedSeconds(one.waited_s, live, now_ms.value)} />
          ))}
        </ol>
      )}
    </Section>
  );
}

function Waiting({ one, seconds }: { one: BoardWaiting; seconds: number }) {
  const t = boardText.value;
  const tone = waitTone(seconds);
  return (
    <li class={`row row--${tone}`} data-testid="board-waiting" data-session={one.id} data-tone={tone}>
      <button type="button" class="row__button" onClick={() => openSession(one.id)}>
        <span class="row__place" aria-label={t.place({ position: one.position })}>
          {one.position}
        </span>
        <Avatar name={one.user.name} id={one.user.id} />
        <span class="row__words">
          <span class="row__title">
            {one.user.name}
            <PriorityBadge priority={one.priority} reason={one.priority_reason} />
          </span>
          <span class="row__about">
            {one.topic !== undefined && <span>{one.topic}</span>}
            <span>{languageName(one.language)}</span>
          </span>
          {one.hold !== undefined && (
            <span data-testid="waiting-hold">
              <Badge tone="warning">{t.nobodyForThis}</Badge>
            </span>
          )}
        </span>
        {one.is_offered && (
          <Badge tone="accent">
            {one.offered_to === undefined ? t.offered : t.offeredTo({ name: one.offered_to.name })}
          </Badge>
        )}
        <span class={`clock clock--${tone}`} data-testid="wait-clock" role="timer">
          {clockFace(seconds)}
        </span>
      </button>
    </li>
  );
}
