/** Suggested answers over the composer: one click or one key puts one into the reply. */

import { formatShare } from "../core/i18n";
import type { SessionId } from "../core/wire";
import { CloseIcon, IconButton } from "../ui";
import type { Desk } from "./desk";
import { insertAnswer } from "./insertion";
import { deskText } from "./texts";

export function SuggestionStrip({ desk, id }: { desk: Desk; id: SessionId }) {
  const t = deskText.value;
  const suggested = desk.suggestions.shown(id);
  if (suggested === null || desk.drafts.mode.value === "note") return null;
  return (
    <section class="suggestions" aria-label={t.suggestions} data-testid="suggestions">
      {suggested.items.length === 0 ? (
        <p class="suggestions__none">{t.noSuggestions}</p>
      ) : (
        <ol class="suggestions__list">
          {suggested.items.map((item, index) => (
            <li key={item.entry_id}>
              <button
                type="button"
                class="suggestion"
                aria-label={t.suggestionInsert({ question: item.question })}
                data-testid="suggestion"
                data-entry={item.entry_id}
                onClick={() => insertAnswer(desk, id, item.answer)}
              >
                <span class="suggestion__head">
                  <kbd>{index === 0 ? t.keys.right : `${t.keys.alt} ${index + 1}`}</kbd>
                  <span class="suggestion__question">{item.question}</span>
                  <span class="suggestion__share">{t.confidence({ share: formatShare(item.confidence) })}</span>
                </span>
                <span class="suggestion__answer">{item.answer}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      <IconButton label={t.hideSuggestions} testid="hide-suggestions" onClick={() => desk.suggestions.dismiss(id)}>
        <CloseIcon />
      </IconButton>
    </section>
  );
}
