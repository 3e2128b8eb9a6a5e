/** The conversation's tags: added with Enter, removed with a click. */

import { useSignal } from "@preact/signals";
import type { Session } from "../core/wire";
import { CloseIcon, tellFailure } from "../ui";
import type { Desk } from "./desk";
import { LONGEST_TAG, MOST_TAGS, withTag } from "./tags";
import { deskText } from "./texts";

export function TagsEditor({ desk, session, can_edit }: { desk: Desk; session: Session; can_edit: boolean }) {
  const t = deskText.value;
  const text = useSignal("");
  const is_busy = useSignal(false);
  const set = async (tags: readonly string[]): Promise<void> => {
    is_busy.value = true;
    try {
      await desk.setTags(session.id, [...tags]);
      text.value = "";
    } catch (failure) {
      tellFailure(failure);
    } finally {
      is_busy.value = false;
    }
  };
  const add = (event: Event): void => {
    event.preventDefault();
    const tags = withTag(session.tags, text.value);
    if (tags !== session.tags) void set(tags);
    else text.value = "";
  };
  return (
    <div class="tags">
      {session.tags.map((tag) => (
        <span key={tag} class="tag" data-testid="tag">
          {tag}
          {can_edit && (
            <button
              type="button"
              aria-label={t.removeTag({ tag })}
              disabled={is_busy.value}
              onClick={() => void set(session.tags.filter((other) => other !== tag))}
            >
              <CloseIcon />
            </button>
          )}
        </span>
      ))}
      {!can_edit && session.tags.length === 0 && <span class="context-part__empty">–</span>}
      {can_edit && session.tags.length < MOST_TAGS && (
        <form class="tags__form" onSubmit={add}>
          <input
            value={text.value}
            maxLength={LONGEST_TAG}
            placeholder={t.addTag}
            aria-label={t.addTag}
            title={t.tagLimit}
            data-testid="add-tag"
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </form>
      )}
    </div>
  );
}
