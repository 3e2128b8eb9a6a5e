/** Entries that users found not helpful, until an admin stands by them or corrects them. */

import { useSignal } from "@preact/signals";
import { formatShare } from "../../core/i18n";
import type { Listing } from "../../core/wire";
import { Button, EditIcon, EmptyState, tell, ThumbUpIcon } from "../../ui";
import { attempt, act } from "../frame/attempt";
import { ListFrame } from "../frame/list_frame";
import { useParts } from "../frame/parts";
import { usePaged } from "../frame/use_paged";
import { EntryDialog } from "../knowledge/entry_dialog";
import type { Entry } from "../payloads";
import { botText } from "../texts";
import type { Doubted } from "./payloads";

type Row = Doubted & { id: string };

export function DoubtedList() {
  const t = botText.value;
  const { api } = useParts();
  const edited = useSignal<Entry | null>(null);
  const list = usePaged<Row>(async () => {
    const page = await api.get<Listing<Doubted>>("/api/faq/doubted");
    return { ...page, items: page.items.map((one) => ({ ...one, id: one.entry_id })) };
  }, null);
  const standBy = (row: Row): void =>
    void attempt(async () => {
      await api.post(`/api/faq/${encodeURIComponent(row.id)}/review`, {});
      tell(t.stoodBy);
      await list.load();
    });
  const correct = (row: Row): void =>
    act(async () => (edited.value = await api.get<Entry>(`/api/faq/${encodeURIComponent(row.id)}`)));
  return (
    <>
      <p class="quiet bot-about">{t.doubtedAbout}</p>
      <ListFrame list={list}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title={t.noDoubted} icon={<ThumbUpIcon />} testid="doubted-empty">
              <p>{t.noDoubtedDetail}</p>
            </EmptyState>
          ) : (
            <ul class="bot-cards" data-testid="doubted">
              {rows.map((row) => (
                <li key={row.id} class="bot-card" data-testid="doubted-row">
                  <p class="bot-card__question">{row.question}</p>
                  <p class="bot-card__answer">{row.answer}</p>
                  <div class="bot-trust">
                    <span>{t.trust}</span>
                    <span class="meter" aria-hidden="true">
                      <span style={{ width: formatShareCss(row.trust) }} />
                    </span>
                    <strong>{formatShare(row.trust)}</strong>
                    <span class="quiet">{t.votes(row)}</span>
                  </div>
                  <div class="bot-card__acts">
                    <Button size="small" testid="doubted-review" onClick={() => standBy(row)}>
                      {t.standBy}
                    </Button>
                    <Button size="small" kind="quiet" testid="doubted-correct" onClick={() => correct(row)}>
                      <EditIcon />
                      {t.correct}
                    </Button>
                    <span class="quiet">{t.correctHint}</span>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </ListFrame>
      {edited.value !== null && (
        <EntryDialog key={edited.value.id} entry={edited.value} onSaved={() => void list.load()} onClose={() => (edited.value = null)} />
      )}
    </>
  );
}

function formatShareCss(share: number): string {
  return `${Math.round(share * 100)}%`;
}
