/** One to five stars, what stood out, and a few words; can be changed later. */

import { useSignal } from "@preact/signals";
import type { Session } from "../core/wire";
import { Button, Dialog, DialogActions, Field, Stars } from "../ui";
import { uiText } from "../ui/texts";
import { attempt } from "./acts";
import type { Chat } from "./chat";
import { chatText } from "./texts";

const GOOD_FROM = 4;

interface RatingDialogProps {
  chat: Chat;
  session: Session;
  onClose: () => void;
}

export function RatingDialog({ chat, session, onClose }: RatingDialogProps) {
  const t = chatText.value;
  const score = useSignal(session.rating?.score ?? 0);
  const comment = useSignal(session.rating?.comment ?? "");
  const tags = useSignal<readonly string[]>(session.rating?.tags ?? []);
  const is_busy = useSignal(false);
  const offered = score.value >= GOOD_FROM ? t.tagsGood : t.tagsBad;
  const submit = async (): Promise<void> => {
    is_busy.value = true;
    // Tags of the other mood do not outlive a change of the score.
    const chosen = tags.value.filter((tag) => offered.includes(tag));
    const has_worked = await attempt(() => chat.rate(session, score.value, comment.value, chosen));
    is_busy.value = false;
    if (has_worked) onClose();
  };
  const name = session.consultant?.name;
  return (
    <Dialog title={name === undefined ? t.rateAsk : t.rateAskPerson({ name })} onClose={onClose} testid="rating-dialog">
      <div class="rating__score">
        <Stars label={t.rateAsk} value={score.value} onChange={(chosen) => (score.value = chosen)} />
        <p aria-live="polite">{t.scores[score.value]}</p>
      </div>
      {score.value > 0 && (
        <>
          <Tags offered={offered} chosen={tags.value} onChange={(chosen) => (tags.value = chosen)} />
          <Field label={t.comment} multiline maxlength={1000} value={comment.value} onInput={(text) => (comment.value = text)} />
        </>
      )}
      <DialogActions>
        <Button onClick={onClose}>{uiText.value.cancel}</Button>
        <Button kind="primary" busy={is_busy.value} disabled={score.value === 0} testid="rating-submit" onClick={() => void submit()}>
          {session.rating === undefined ? t.submit : t.save}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface TagsProps {
  offered: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

function Tags({ offered, chosen, onChange }: TagsProps) {
  return (
    <div class="chips" role="group" aria-label={chatText.value.tags}>
      {offered.map((tag) => {
        const is_chosen = chosen.includes(tag);
        const toggled = is_chosen ? chosen.filter((other) => other !== tag) : [...chosen, tag];
        return (
          <button key={tag} type="button" class="chip" aria-pressed={is_chosen} onClick={() => onChange(toggled)}>
            {tag}
          </button>
        );
      })}
    </div>
  );
}
