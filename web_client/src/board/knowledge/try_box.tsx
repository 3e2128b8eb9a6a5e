/** Try a question: what the bot would do with it, how sure it is, and which entries came closest. */

import { useSignal } from "@preact/signals";
import { formatNumber, formatShare } from "../../core/i18n";
import type { BotDecision } from "../../core/wire";
import { Badge, BotIcon, Button, Field, isSendable, type Tone } from "../../ui";
import { attempt } from "../frame/attempt";
import { useParts } from "../frame/parts";
import { decisionName } from "../names";
import type { Trial } from "../payloads";
import { adminText, knowledgeText } from "../texts";

const CLOSEST = 5;
const TONES: Record<BotDecision, Tone> = {
  answer: "success",
  clarify: "accent",
  handoff: "warning",
  smalltalk: "neutral",
  crisis: "danger",
};

export function TryBox({ onOpen }: { onOpen: (entry_id: string) => void }) {
  const t = adminText.value;
  const { api } = useParts();
  const text = useSignal("");
  const trial = useSignal<Trial | null>(null);
  const is_busy = useSignal(false);
  const ask = async (): Promise<void> => {
    is_busy.value = true;
    await attempt(async () => {
      trial.value = await api.post<Trial>("/api/faq/search", { text: text.value.trim(), limit: CLOSEST });
    });
    is_busy.value = false;
  };
  return (
    <section class="sheet try" aria-label={t.try} data-testid="faq-try">
      <form
        class="try__form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSendable(text.value)) void ask();
        }}
      >
        <BotIcon />
        <Field label={t.try} placeholder={t.tryPlaceholder} value={text.value} testid="faq-try-text" onInput={(value) => (text.value = value)} />
        <Button type="submit" busy={is_busy.value} disabled={!isSendable(text.value)} testid="faq-try-submit">
          {t.ask}
        </Button>
      </form>
      {trial.value !== null && <TrialShown trial={trial.value} onOpen={onOpen} />}
    </section>
  );
}

function TrialShown({ trial, onOpen }: { trial: Trial; onOpen: (entry_id: string) => void }) {
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
              <button type="button" class="link-button" onClick={() => onOpen(entry.id)}>
                {entry.question}
              </button>
              <span class="trial__score">{formatNumber(entry.score, { minimumFractionDigits: 2, maximumFractionDigits: 2 })}</span>
              <p class="quiet">{entry.answer}</p>
            </li>
          ))}
        </ol>
      )}
    </div>
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
