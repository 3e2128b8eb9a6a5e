/** Try a question: what the bot would do with it, how sure it is, and which entries come closest. */

import { useSignal } from "@preact/signals";
import { formatNumber, formatShare } from "../../core/i18n";
import type { BotDecision } from "../../core/wire";
import { Badge, BotIcon, Button, Field, isSendable, type Tone } from "../../ui";
import { attempt } from "../frame/attempt";
import { decisionName } from "../names";
import type { Trial } from "../payloads";
import { adminText, knowledgeText } from "../texts";

export const CLOSEST = 5;
const TONES: Record<BotDecision, Tone> = {
  answer: "success",
  clarify: "accent",
  handoff: "warning",
  smalltalk: "neutral",
  crisis: "danger",
};

interface TryBoxProps {
  label: string;
  hint?: string;
  ask: (text: string) => Promise<Trial>;
  /** What is tried out, if it can change: an answer to something else is no longer shown. */
  of?: string;
  /** The entry that is tried out; it can't be opened, and is marked. */
  own_id?: string;
  onOpen?: (entry_id: string) => void;
}

/** Stands in forms too, so it is none itself. */
export function TryBox({ label, hint, ask, of = "", own_id, onOpen }: TryBoxProps) {
  const t = adminText.value;
  const text = useSignal("");
  const tried = useSignal<{ trial: Trial; of: string } | null>(null);
  const is_busy = useSignal(false);
  const submit = async (): Promise<void> => {
    if (!isSendable(text.value) || is_busy.value) return;
    is_busy.value = true;
    await attempt(async () => {
      tried.value = { trial: await ask(text.value.trim()), of };
    });
    is_busy.value = false;
  };
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    void submit();
  };
  return (
    <section class="try-box" aria-label={label} data-testid="faq-try" onKeyDown={keyDown}>
      <div class="try__form">
        <BotIcon />
        <Field label={label} placeholder={t.tryPlaceholder} value={text.value} testid="faq-try-text" onInput={(value) => (text.value = value)} />
        <Button busy={is_busy.value} disabled={!isSendable(text.value)} testid="faq-try-submit" onClick={() => void submit()}>
          {t.ask}
        </Button>
      </div>
      {hint !== undefined && <p class="field__hint">{hint}</p>}
      {tried.value !== null && tried.value.of === of && <TrialShown trial={tried.value.trial} own_id={own_id} onOpen={onOpen} />}
    </section>
  );
}

function TrialShown({ trial, own_id, onOpen }: { trial: Trial } & Pick<TryBoxProps, "own_id" | "onOpen">) {
  const t = adminText.value;
  return (
    <div class="trial" data-testid="faq-trial" data-decision={trial.decision} role="status">
      <p class="trial__verdict">
        <Badge tone={TONES[trial.decision]}>{decisionName(trial.decision)}</Badge>
        <span>{t.confidence({ share: formatShare(trial.confidence) })}</span>
        <span class="meter" aria-hidden="true">
          <span style={{ width: percent(trial.confidence) }} />
          <i class="meter__mark" style={{ insetInlineStart: percent(trial.clarify_from) }} />
          <i class="meter__mark" style={{ insetInlineStart: percent(trial.answer_from) }} />
        </span>
        <span class="quiet">{thresholdsText(trial)}</span>
      </p>
      {trial.entries.length === 0 ? (
        <p class="quiet">{t.nothingClose}</p>
      ) : (
        <ol class="trial__entries">
          {trial.entries.map((entry) => (
            <li key={entry.id} data-testid="faq-trial-entry">
              <span class="cell-line">
                <FoundQuestion entry={entry} onOpen={onOpen} />
                {entry.id === own_id && <Badge tone="accent">{knowledgeText.value.thisEntry}</Badge>}
              </span>
              <span class="trial__score">{formatNumber(entry.score, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}</span>
              <p class="quiet">{entry.answer}</p>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function FoundQuestion({ entry, onOpen }: { entry: Trial["entries"][number] } & Pick<TryBoxProps, "onOpen">) {
  if (onOpen === undefined) return <span>{entry.question}</span>;
  return (
    <button type="button" class="link-button" onClick={() => onOpen(entry.id)}>
      {entry.question}
    </button>
  );
}

function percent(share: number): string {
  return `${Math.max(0, Math.min(1, share)) * 100}%`;
}

/** A knowledge base too small to reach the wanted precision is never answered from. */
function thresholdsText({ answer_from, clarify_from }: Trial): string {
  const t = knowledgeText.value;
  const asks = formatShare(clarify_from);
  return answer_from >= 1 ? t.neverAnswers({ asks }) : t.thresholds({ answers: formatShare(answer_from), asks });
}
