/** One draft at the side: its words, what it would change, where it comes from, and the decision. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { codeOf } from "../../core/failures";
import { formatMoment, formatShare } from "../../core/i18n";
import { AlertIcon, Badge, Button, Dialog, DialogActions, Field, Skeleton, tell, tellFailure } from "../../ui";
import { LoadFailure } from "../frame/list_frame";
import { useParts } from "../frame/parts";
import { botText } from "../texts";
import { bodyOf, hasWords, sameWords, wordsOf, type DraftWords } from "./draft_words";
import { LIKENESS_TONES } from "./drafts_view";
import type { Draft, Rehearsal, WholeDraft } from "./payloads";
import { RejectedBefore } from "./rejected_before";
import { RehearsalView } from "./rehearsal_view";
import { Question } from "./unanswered_list";
import { WordFields } from "./word_fields";

const REHEARSAL_LIMIT_MS = 300_000;

interface DrawerProps {
  id: string;
  onChanged: () => void;
  onClose: () => void;
}

export function DraftDrawer(props: DrawerProps) {
  const t = botText.value;
  const { api } = useParts();
  const draft = useSignal<WholeDraft | null>(null);
  const failure = useSignal<unknown>(null);
  const load = async (): Promise<void> => {
    try {
      draft.value = await api.get<WholeDraft>(pathOf(props.id));
      failure.value = null;
    } catch (problem) {
      failure.value = problem;
    }
  };
  useEffect(() => void load(), []);
  const held = draft.value;
  return (
    <Dialog side title={t.draft} onClose={props.onClose} testid="draft-drawer">
      {failure.value !== null ? (
        <LoadFailure failure={failure.value} onRetry={() => void load()} />
      ) : held === null ? (
        <Skeleton rows={5} block />
      ) : held.status === "pending" ? (
        <Review key={held.version} draft={held} reload={load} {...props} />
      ) : (
        <Decided draft={held} />
      )}
    </Dialog>
  );
}

interface ReviewProps extends DrawerProps {
  draft: WholeDraft;
  reload: () => Promise<void>;
}

function Review({ draft, reload, onChanged, onClose }: ReviewProps) {
  const t = botText.value;
  const work = useReview(draft, reload, onChanged);
  const { words, rehearsal } = work;
  const is_changed = !sameWords(words.value, wordsOf(draft));
  const has_words = hasWords(words.value);
  const decide = (decision: "approve" | "reject") => async (): Promise<void> => {
    if (await work.decide(decision)) onClose();
  };
  return (
    <div class="draft">
      <RejectedBefore path={pathOf(draft.id)} />
      <WordFields words={words.value} is_proposed={draft.answered_by !== null && !draft.is_edited} onChange={(part) => (words.value = { ...words.value, ...part })} />
      {is_changed && (
        <div class="bot-card__acts">
          <Button kind="primary" size="small" disabled={!has_words} busy={work.busy.value === "save"} testid="draft-save" onClick={() => void work.save()}>
            {t.save}
          </Button>
          <span class="quiet">{t.unsaved}</span>
        </div>
      )}
      <Similar draft={draft} />
      <section class="draft__part" aria-label={t.result} aria-busy={work.busy.value === "rehearse"}>
        <h3>{t.result}</h3>
        {rehearsal.value === null ? <p class="quiet">{work.busy.value === "rehearse" ? t.rehearsing : t.rehearseFirst}</p> : <RehearsalView found={rehearsal.value} />}
        <Button size="small" disabled={is_changed || !has_words} busy={work.busy.value === "rehearse"} testid="draft-rehearse" onClick={() => void work.rehearse()}>
          {rehearsal.value === null ? t.rehearse : t.rehearseAgain}
        </Button>
      </section>
      <Sources draft={draft} />
      <Field label={t.reason} hint={t.reasonHint} value={work.reason.value} maxlength={500} testid="draft-reason" onInput={(value) => (work.reason.value = value)} />
      <DialogActions>
        <Button kind="danger" disabled={work.reason.value.trim() === ""} busy={work.busy.value === "reject"} testid="draft-reject" onClick={() => void decide("reject")()}>
          {t.reject}
        </Button>
        <Button kind="primary" disabled={is_changed || rehearsal.value === null} busy={work.busy.value === "approve"} testid="draft-approve" onClick={() => void decide("approve")()}>
          {t.approve}
        </Button>
      </DialogActions>
    </div>
  );
}

type Busy = "" | "save" | "rehearse" | "approve" | "reject";

function useReview(draft: WholeDraft, reload: () => Promise<void>, onChanged: () => void) {
  const t = botText.value;
  const { api } = useParts();
  const words = useSignal<DraftWords>(wordsOf(draft));
  const reason = useSignal("");
  const rehearsal = useSignal<Rehearsal | null>(null);
  const busy = useSignal<Busy>("");
  /** True when it worked; what changed in between is shown as it is now. */
  const run = async (name: Busy, work: () => Promise<void>): Promise<boolean> => {
    if (busy.peek() !== "") return false;
    busy.value = name;
    try {
      await work();
      return true;
    } catch (failure) {
      if (codeOf(failure) !== "conflict") tellFailure(failure);
      else {
        tell(t.changedMeanwhile);
        rehearsal.value = null;
        onChanged();
        await reload();
      }
      return false;
    } finally {
      busy.value = "";
    }
  };
  const save = (): Promise<boolean> =>
    run("save", async () => {
      await api.put<Draft>(pathOf(draft.id), { ...bodyOf(words.peek()), version: draft.version });
      tell(t.saved);
      onChanged();
      await reload();
    });
  const rehearse = (): Promise<boolean> =>
    run("rehearse", async () => {
      const body = { version: draft.version };
      rehearsal.value = await api.post<Rehearsal>(`${pathOf(draft.id)}/rehearse`, body, { timeout_ms: REHEARSAL_LIMIT_MS });
    });
  const decide = (decision: "approve" | "reject"): Promise<boolean> =>
    run(decision, async () => {
      await api.post(`${pathOf(draft.id)}/${decision}`, { version: draft.version, reason: reason.peek().trim() });
      tell(decision === "approve" ? t.approved : t.rejected);
      onChanged();
    });
  return { words, reason, rehearsal, busy, save, rehearse, decide };
}

function Similar({ draft }: { draft: WholeDraft }) {
  const t = botText.value;
  if (draft.similar.length === 0) return null;
  return (
    <section class="draft__part" aria-label={t.similar} data-testid="draft-similar">
      <h3>{t.similar}</h3>
      <ul class="bot-cards">
        {draft.similar.map((entry) => (
          <li key={entry.id} class="bot-card">
            <p class="bot-card__question">{entry.question}</p>
            <p class="bot-card__answer">{entry.answer}</p>
            <p class="bot-card__facts">
              <Badge tone={LIKENESS_TONES[entry.kind]}>{t.likeness[entry.kind]}</Badge>
              <span class="quiet">{t.similarity({ share: formatShare(entry.similarity) })}</span>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Sources({ draft }: { draft: WholeDraft }) {
  const t = botText.value;
  return (
    <section class="draft__part" aria-label={t.sources} data-testid="draft-sources">
      <h3>{t.sources}</h3>
      <p class="quiet">{t.askedTimes(draft)}</p>
      <ul class="bot-cards">
        {draft.sources.map((source) => (
          <li key={`${source.session_id}/${source.seq}`} class="bot-card">
            <Question question={source} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Decided({ draft }: { draft: WholeDraft }) {
  const t = botText.value;
  const { decision } = draft;
  return (
    <div class="draft">
      {decision !== null && (
        <div class="notice notice--plain">
          <AlertIcon />
          <div>
            <strong>{t.decided({ status: t.statuses[draft.status], name: decision.by_name, at: formatMoment(decision.at) })}</strong>
            {decision.reason !== "" && <p>{decision.reason}</p>}
          </div>
        </div>
      )}
      <div>
        <p class="bot-card__question">{draft.question}</p>
        <p>{draft.answer}</p>
      </div>
      {draft.rehearsal !== null && (
        <section class="draft__part">
          <h3>{t.result}</h3>
          <RehearsalView found={{ ...draft.rehearsal, changes: [] }} />
        </section>
      )}
      <Sources draft={draft} />
    </div>
  );
}

function pathOf(id: string): string {
  return `/api/faq/drafts/${encodeURIComponent(id)}`;
}
