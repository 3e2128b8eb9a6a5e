/** Drafts by status; one opens at the side. */

import { useSignal } from "@preact/signals";
import { formatMoment } from "../../core/i18n";
import type { Listing } from "../../core/wire";
import { Badge, BookIcon, EmptyState, type Tone } from "../../ui";
import { ListFrame } from "../frame/list_frame";
import { useParts } from "../frame/parts";
import { usePaged } from "../frame/use_paged";
import { languageName } from "../names";
import { botText } from "../texts";
import { DraftDrawer } from "./draft_drawer";
import type { Draft, DraftStatus, Likeness } from "./payloads";

const PAGE = 50;
const STATUSES: readonly DraftStatus[] = ["pending", "approved", "rejected"];

export const LIKENESS_TONES: Record<Likeness, Tone> = { near: "neutral", duplicate: "warning", conflict: "danger" };

export function DraftsView() {
  const t = botText.value;
  const { api } = useParts();
  const status = useSignal<DraftStatus>("pending");
  const opened = useSignal<string | null>(null);
  const list = usePaged<Draft>(
    (cursor) => api.get<Listing<Draft>>("/api/faq/drafts", { status: status.peek(), limit: PAGE, cursor }),
    status.value,
  );
  return (
    <>
      <div class="bot-bar">
        <p class="quiet bot-about">{t.draftsAbout}</p>
        <div class="bot-choice" role="group">
          {STATUSES.map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={status.value === one}
              data-testid={`drafts-${one}`}
              onClick={() => (status.value = one)}
            >
              {t.statuses[one]}
            </button>
          ))}
        </div>
      </div>
      <ListFrame list={list}>
        {(drafts) =>
          drafts.length === 0 ? (
            <EmptyState title={t.noDrafts[status.value]} icon={<BookIcon />} testid="drafts-empty">
              {status.value === "pending" && <p>{t.noDraftsDetail}</p>}
            </EmptyState>
          ) : (
            <ul class="bot-cards" data-testid="drafts">
              {drafts.map((draft) => (
                <li key={draft.id} class="bot-card" data-testid="draft-row">
                  <DraftCard draft={draft} onOpen={() => (opened.value = draft.id)} />
                </li>
              ))}
            </ul>
          )
        }
      </ListFrame>
      {opened.value !== null && (
        <DraftDrawer key={opened.value} id={opened.value} onChanged={() => void list.load()} onClose={() => (opened.value = null)} />
      )}
    </>
  );
}

function DraftCard({ draft, onOpen }: { draft: Draft; onOpen: () => void }) {
  const t = botText.value;
  return (
    <>
      <button type="button" class="link-button bot-card__question" lang={draft.language} data-testid="draft-open" onClick={onOpen}>
        {draft.question}
      </button>
      <p class="bot-card__answer" lang={draft.language}>
        {draft.answer === "" ? t.noAnswer : draft.answer}
      </p>
      <p class="bot-card__facts">
        {draft.likeness !== "" && <Badge tone={LIKENESS_TONES[draft.likeness]}>{t.likeness[draft.likeness]}</Badge>}
        {draft.is_edited && <Badge>{t.edited}</Badge>}
        <span class="quiet">{t.askedTimes(draft)}</span>
        <span class="quiet">{languageName(draft.language)}</span>
        <time class="quiet" dateTime={draft.updated_at}>
          {formatMoment(draft.updated_at)}
        </time>
      </p>
      {draft.decision !== null && draft.decision.reason !== "" && <p class="quiet">{draft.decision.reason}</p>}
    </>
  );
}
