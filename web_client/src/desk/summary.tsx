/** What to know before the first word: topic, mood, wish, what was named, and what the bot has tried. */

import type { ComponentChildren } from "preact";
import { formatShare } from "../core/i18n";
import type { Session, SessionSummary as Summary } from "../core/wire";
import { Skeleton } from "../ui";
import type { Desk } from "./desk";
import { LoadFailed } from "./load_failed";
import { useLoaded } from "./loaded";
import { MoodPiece } from "./mood_piece";
import { deskText } from "./texts";

interface SummaryProps {
  desk: Desk;
  session: Session;
  /** The user's newest message: a new one brings a new summary. */
  asked_seq: number;
}

export function SessionSummary({ desk, session, asked_seq }: SummaryProps) {
  const t = deskText.value;
  const key = `${asked_seq} ${session.status} ${session.topic ?? ""}`;
  const loaded = useLoaded(key, () => desk.parts.api.get<Summary>(`/api/sessions/${encodeURIComponent(session.id)}/summary`));
  if (loaded.state === "loading") return <Skeleton rows={3} />;
  if (loaded.state === "failed") return <LoadFailed onAgain={loaded.again} />;
  const summary = loaded.value;
  if (isEmpty(summary)) return <p class="context-part__empty">{t.summaryEmpty}</p>;
  return (
    <div class="summary" data-testid="summary" data-seq={summary.last_seq}>
      <Topic summary={summary} />
      {summary.mood !== undefined && <MoodPiece mood={summary.mood} />}
      <Need summary={summary} />
      <Named summary={summary} />
      <Tried summary={summary} />
    </div>
  );
}

function Topic({ summary }: { summary: Summary }) {
  const t = deskText.value;
  if (summary.topic === undefined && summary.intents.length === 0) return null;
  return (
    <p class="summary__marks">
      {summary.topic !== undefined && (
        <span class="tag" data-testid="summary-topic">
          {summary.topic}
          {summary.is_topic_guessed && <small class="summary__aside">{t.guessed}</small>}
        </span>
      )}
      {summary.intents.map((intent) => (
        <span key={intent} class={`tag tag--${intent}`} data-intent={intent}>
          {t.telling[intent] ?? intent}
        </span>
      ))}
    </p>
  );
}

function Need({ summary }: { summary: Summary }) {
  if (summary.need.length === 0) return null;
  return (
    <Piece title={deskText.value.needHeading}>
      {summary.need.map(({ seq, text }) => (
        <blockquote key={seq} dir="auto">
          {text}
        </blockquote>
      ))}
    </Piece>
  );
}

function Named({ summary }: { summary: Summary }) {
  const t = deskText.value;
  if (summary.entities.length === 0) return null;
  return (
    <Piece title={t.namedHeading}>
      <dl class="facts">
        {summary.entities.map(({ kind, text, value }) => (
          <div key={`${kind} ${value}`} data-testid="named" data-kind={kind} data-value={value}>
            <dt>{t.named[kind] ?? kind}</dt>
            <dd>
              {text}
              {(kind === "date" || kind === "amount") && text !== value && <small class="summary__aside">{value}</small>}
            </dd>
          </div>
        ))}
      </dl>
    </Piece>
  );
}

function Tried({ summary }: { summary: Summary }) {
  const t = deskText.value;
  if (summary.bot.length === 0) return null;
  return (
    <Piece title={t.botHeading}>
      <ul class="summary__tries">
        {summary.bot.map(({ seq, decision, confidence, question, helpful }) => (
          <li key={seq}>
            <span>{t.tried[decision] ?? decision}</span>
            {question !== undefined && <span class="summary__question">{question}</span>}
            <small class="summary__aside">
              {question !== undefined && t.confidence({ share: formatShare(confidence) })}
              {helpful !== undefined && ` · ${helpful ? t.wasHelpful : t.wasNotHelpful}`}
            </small>
          </li>
        ))}
      </ul>
    </Piece>
  );
}

function Piece({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="summary__piece">
      <h4>{title}</h4>
      {children}
    </section>
  );
}

function isEmpty({ topic, mood, need, intents, entities, bot }: Summary): boolean {
  return topic === undefined && mood === undefined && need.length + intents.length + entities.length + bot.length === 0;
}
