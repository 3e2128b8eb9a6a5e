/** Everything about a session that is not said in it: facts, rating, tags, notes, and why this consultant. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { formatDuration, formatMoment } from "../../core/i18n";
import type { Decline, Note, Session } from "../../core/wire";
import { Badge, Button, Field, isSendable, LinkedText, Skeleton, StarsShown } from "../../ui";
import { attempt } from "../frame/attempt";
import { ChipInput } from "../frame/chip_input";
import { now_ms } from "../frame/clock";
import { clockFace, secondsBetween, waitTone } from "../frame/clock_face";
import { useParts } from "../frame/parts";
import { languageName, roleName } from "../names";
import { boardText, sessionText } from "../texts";
import { Explanations } from "./explanations";
import type { SessionCase } from "./session_case";

export function SessionDetails({ shown, session }: { shown: SessionCase; session: Session }) {
  const t = sessionText.value;
  return (
    <section class="details" aria-label={t.sides.details} data-testid="session-details">
      {session.rating !== undefined && <RatingGiven session={session} />}
      <Facts session={session} />
      <Tags shown={shown} session={session} />
      <Notes shown={shown} />
      <Declines declines={shown.declines.value} />
      <Explanations explanations={shown.explanations.value} reason={session.reason} />
    </section>
  );
}

function RatingGiven({ session }: { session: Session }) {
  const t = sessionText.value;
  const { directory } = useParts();
  const { rating } = session;
  if (rating === undefined) return null;
  return (
    <div class="rating-given" data-testid="session-rating" data-score={rating.score}>
      <StarsShown value={rating.score} />
      {rating.comment !== undefined && <p class="row__quote">{rating.comment}</p>}
      <p class="quiet">
        {rating.tags.map((tag) => `#${tag}`).join(" ")}{" "}
        {rating.consultant_id !== undefined && t.ratingFor({ name: directory.nameOf(rating.consultant_id) })}
      </p>
    </div>
  );
}

function Facts({ session }: { session: Session }) {
  const t = sessionText.value;
  const { ended_at, ended_by, topic } = session;
  return (
    <dl class="facts">
      {topic !== undefined && <Fact label={t.topic}>{topic}</Fact>}
      <Fact label={t.language}>{languageName(session.language)}</Fact>
      <Fact label={t.began}>{formatMoment(session.created_at)}</Fact>
      <Fact label={t.waited}>
        <Waited session={session} />
      </Fact>
      {session.assigned_at !== undefined && (
        <Fact label={t.talked}>
          {clockFace(secondsBetween(session.assigned_at, ended_at === undefined ? now_ms.value : Date.parse(ended_at)))}
        </Fact>
      )}
      {ended_at !== undefined && (
        <Fact label={t.ended}>
          {formatMoment(ended_at)}
          {ended_by !== undefined && ` · ${t.endedBy[ended_by]}`}
        </Fact>
      )}
      <Fact label={t.number}>
        <code>{session.id}</code>
      </Fact>
    </dl>
  );
}

function Waited({ session }: { session: Session }) {
  const { queued_at, assigned_at, ended_at, status } = session;
  if (queued_at === undefined) return <>–</>;
  if (status === "queued") {
    const seconds = secondsBetween(queued_at, now_ms.value);
    return <Badge tone={waitTone(seconds)}>{clockFace(seconds)}</Badge>;
  }
  const until = assigned_at ?? ended_at;
  return <>{until === undefined ? "–" : formatDuration(secondsBetween(queued_at, Date.parse(until)))}</>;
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Tags({ shown, session }: { shown: SessionCase; session: Session }) {
  const t = sessionText.value;
  const is_busy = useSignal(false);
  const save = async (tags: string[]): Promise<void> => {
    is_busy.value = true;
    await attempt(() => shown.setTags(tags));
    is_busy.value = false;
  };
  return (
    <ChipInput
      label={t.tags}
      values={session.tags}
      disabled={is_busy.value}
      testid="session-tags"
      onChange={(tags) => void save(tags)}
    />
  );
}

function Notes({ shown }: { shown: SessionCase }) {
  const t = sessionText.value;
  const text = useSignal("");
  const is_busy = useSignal(false);
  const notes = shown.notes.value;
  const save = async (): Promise<void> => {
    is_busy.value = true;
    if (await attempt(() => shown.writeNote(text.value.trim()))) text.value = "";
    is_busy.value = false;
  };
  return (
    <div class="notes">
      <h3>{t.notes}</h3>
      {notes === null ? <Skeleton rows={2} /> : notes.map((note) => <NoteShown key={note.id} note={note} />)}
      <form
        class="notes__form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSendable(text.value)) void save();
        }}
      >
        <Field label={t.noteLabel} multiline value={text.value} testid="note-text" onInput={(value) => (text.value = value)} />
        <Button type="submit" size="small" busy={is_busy.value} disabled={!isSendable(text.value)} testid="note-submit">
          {t.addNote}
        </Button>
      </form>
    </div>
  );
}

function Declines({ declines }: { declines: readonly Decline[] }) {
  const t = sessionText.value;
  const { directory } = useParts();
  if (declines.length === 0) return null;
  return (
    <div class="declines" data-testid="session-declines">
      <h3>{t.declines}</h3>
      <ul>
        {declines.map((one) => (
          <li key={one.at}>
            <strong>{directory.nameOf(one.consultant_id)}</strong>{" "}
            <span class="quiet">
              {t.declinedHow[one.how]} · <time dateTime={one.at}>{formatMoment(one.at)}</time>
            </span>
            {one.reason !== undefined && <p class="row__quote">{one.reason}</p>}
          </li>
        ))}
      </ul>
    </div>
  );
}

function NoteShown({ note }: { note: Note }) {
  const { from } = note;
  const role = from.role === "supervisor" || from.role === "consultant" ? roleName(from.role) : boardText.value.roles.admin;
  return (
    <article class="note" data-testid="session-note">
      <p class="note__text">
        <LinkedText text={note.text} />
      </p>
      <p class="quiet">
        {from.name} · {role} · <time dateTime={note.created_at}>{formatMoment(note.created_at)}</time>
      </p>
    </article>
  );
}
