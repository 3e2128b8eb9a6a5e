/** Questions that the bot had no good answer to, with what colleagues then said. */

import { formatMoment } from "../../core/i18n";
import type { Listing } from "../../core/wire";
import { Badge, BotIcon, EmptyState } from "../../ui";
import { ListFrame } from "../frame/list_frame";
import { useParts } from "../frame/parts";
import { openSession } from "../frame/route";
import { usePaged } from "../frame/use_paged";
import { botText } from "../texts";
import type { Unanswered } from "./payloads";

const PAGE = 50;

type Row = Unanswered & { id: string };

export function UnansweredList() {
  const t = botText.value;
  const { api } = useParts();
  const list = usePaged<Row>(async (cursor) => {
    const page = await api.get<Listing<Unanswered>>("/api/faq/unanswered", { limit: PAGE, cursor });
    return { ...page, items: page.items.map((one) => ({ ...one, id: `${one.session_id}/${one.seq}` })) };
  }, null);
  return (
    <>
      <p class="quiet bot-about">{t.unansweredAbout}</p>
      <ListFrame list={list}>
        {(questions) =>
          questions.length === 0 ? (
            <EmptyState title={t.noUnanswered} icon={<BotIcon />} testid="unanswered-empty">
              <p>{t.noUnansweredDetail}</p>
            </EmptyState>
          ) : (
            <ul class="bot-cards" data-testid="unanswered">
              {questions.map((question) => (
                <li key={question.id} class="bot-card" data-testid="unanswered-row">
                  <Question question={question} />
                </li>
              ))}
            </ul>
          )
        }
      </ListFrame>
    </>
  );
}

/** Also stands among a draft's sources. */
export function Question({ question }: { question: Unanswered }) {
  const t = botText.value;
  return (
    <>
      <p class="bot-card__question" lang={question.language}>
        {question.text}
      </p>
      {question.replies.length === 0 ? (
        <p class="quiet">{t.noReplies}</p>
      ) : (
        <div class="bot-replies">
          {question.replies.map((reply) => (
            <blockquote key={reply.seq} lang={question.language}>
              {reply.text}
            </blockquote>
          ))}
        </div>
      )}
      <p class="bot-card__facts">
        <Badge tone={question.why === "not_helpful" ? "warning" : "neutral"}>{t.why[question.why]}</Badge>
        <time class="quiet" dateTime={question.asked_at}>
          {formatMoment(question.asked_at)}
        </time>
        <button type="button" class="link-button link-button--accent" onClick={() => openSession(question.session_id)}>
          {t.openSession}
        </button>
      </p>
    </>
  );
}
