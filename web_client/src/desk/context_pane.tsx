/** The right pane: who the user is, why they came here, what they asked before, and what they thought of it. */

import type { ComponentChildren } from "preact";
import { formatDuration, formatMoment } from "../core/i18n";
import type { Session } from "../core/wire";
import { Avatar, CloseIcon, IconButton, Skeleton, StarsShown } from "../ui";
import { uiText } from "../ui/texts";
import type { Desk, Reading } from "./desk";
import { pane, room } from "./layout";
import { PastOfUser } from "./past_of_user";
import { lastQuestionSeq } from "./session_facts";
import { SessionSummary } from "./summary";
import { TagsEditor } from "./tags_editor";
import { deskText } from "./texts";
import { WhyThisConsultant } from "./why";

export function ContextPane({ desk, reading }: { desk: Desk; reading: Reading }) {
  const t = deskText.value;
  const { session } = reading.log.value;
  return (
    <aside class="pane pane--context" aria-label={t.paneContext} data-testid="context">
      <div class="pane__scroller">
        {room.value === "medium" && (
          <div class="pane__close">
            <IconButton label={uiText.value.close} onClick={() => (pane.value = "talk")}>
              <CloseIcon />
            </IconButton>
          </div>
        )}
        {session === null ? (
          <Skeleton rows={6} />
        ) : (
          <About desk={desk} session={session} asked_seq={lastQuestionSeq(reading.log.value)} />
        )}
      </div>
    </aside>
  );
}

function About({ desk, session, asked_seq }: { desk: Desk; session: Session; asked_seq: number }) {
  const t = deskText.value;
  return (
    <>
      <Person session={session} />
      <Part title={t.summary}>
        <SessionSummary key={session.id} desk={desk} session={session} asked_seq={asked_seq} />
      </Part>
      <Part title={t.tags}>
        <TagsEditor desk={desk} session={session} can_edit={desk.isMine(session.id)} />
      </Part>
      {session.status === "ended" && (
        <Part title={t.rating}>
          <RatingShown session={session} />
        </Part>
      )}
      <Part title={t.why}>
        <WhyThisConsultant key={session.assigned_at} desk={desk} session={session} />
      </Part>
      <Part title={t.pastSessions}>
        <PastOfUser desk={desk} session={session} />
      </Part>
    </>
  );
}

function Person({ session }: { session: Session }) {
  const t = deskText.value;
  const waited_s = waitedBeforeS(session);
  const facts: [string, string | undefined][] = [
    [t.factLanguage, t.languages[session.language] ?? session.language],
    [t.factStarted, formatMoment(session.created_at)],
    [t.factWaited, waited_s === null ? undefined : formatDuration(waited_s)],
    [t.factReason, session.reason],
  ];
  return (
    <section class="context-part context-part--person" aria-label={t.person}>
      <header class="person">
        <Avatar name={session.user.name} id={session.user.id} size="large" />
        <h3 data-testid="context-name">{session.user.name}</h3>
      </header>
      <dl class="facts">
        {facts.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="context-part" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function RatingShown({ session }: { session: Session }) {
  const t = deskText.value;
  const { rating } = session;
  if (rating === undefined) return <p class="context-part__empty">{t.noRating}</p>;
  return (
    <div class="rating" data-testid="rating" data-score={rating.score}>
      <StarsShown value={rating.score} />
      {rating.comment !== undefined && <blockquote dir="auto">{rating.comment}</blockquote>}
      {rating.tags.length > 0 && <p class="context-part__empty">{rating.tags.join(" · ")}</p>}
    </div>
  );
}

function waitedBeforeS(session: Session): number | null {
  if (session.queued_at === undefined || session.assigned_at === undefined) return null;
  return Math.max(0, (Date.parse(session.assigned_at) - Date.parse(session.queued_at)) / 1000);
}
