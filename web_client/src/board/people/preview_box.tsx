/** Preview a match: the consultants ranked for a text, with the terms of their scores, without giving it to anybody. */

import { useSignal } from "@preact/signals";
import { formatNumber } from "../../core/i18n";
import { Avatar, Button, EmptyState, Field, isSendable, PeopleIcon, Select } from "../../ui";
import { attempt } from "../frame/attempt";
import { useParts } from "../frame/parts";
import { languageName, policyName } from "../names";
import type { MatchPreview, RankedConsultant } from "../payloads";
import { Excluded } from "../sessions/explanations";
import { TermBars } from "../sessions/term_bars";
import { scaleOf } from "../sessions/term_scale";
import { adminText, boardText, sessionText } from "../texts";

/** The rest is behind a button: a long tail helps nobody. */
const SHOWN = 5;

export function PreviewBox() {
  const t = adminText.value;
  const { api } = useParts();
  const text = useSignal("");
  const topic = useSignal("");
  const spoken = useSignal<"" | "zh" | "en">("");
  const preview = useSignal<MatchPreview | null>(null);
  const is_busy = useSignal(false);
  const ask = async (): Promise<void> => {
    is_busy.value = true;
    const body = {
      text: text.value.trim(),
      ...(topic.value.trim() === "" ? {} : { topic: topic.value.trim() }),
      ...(spoken.value === "" ? {} : { language: spoken.value }),
    };
    await attempt(async () => {
      preview.value = await api.post<MatchPreview>("/api/matching/preview", body);
    });
    is_busy.value = false;
  };
  return (
    <section class="sheet try" aria-label={t.preview} data-testid="match-preview">
      <form
        class="try__form try__form--many"
        onSubmit={(event) => {
          event.preventDefault();
          if (isSendable(text.value)) void ask();
        }}
      >
        <Field label={t.preview} placeholder={t.previewPlaceholder} value={text.value} testid="match-text" onInput={(value) => (text.value = value)} />
        <Field label={t.topic} value={topic.value} testid="match-topic" maxlength={200} onInput={(value) => (topic.value = value)} />
        <Select
          label={boardText.value.language}
          value={spoken.value}
          testid="match-language"
          options={[{ value: "", label: t.anyLanguage }, ...(["zh", "en"] as const).map((value) => ({ value, label: languageName(value) }))]}
          onChange={(value) => (spoken.value = value)}
        />
        <Button type="submit" busy={is_busy.value} disabled={!isSendable(text.value)} testid="match-submit">
          {t.rank}
        </Button>
      </form>
      {preview.value !== null && <Ranking key={preview.value.at} preview={preview.value} />}
    </section>
  );
}

function Ranking({ preview }: { preview: MatchPreview }) {
  const t = adminText.value;
  const shows_all = useSignal(false);
  const { candidates } = preview;
  const scale = scaleOf(candidates);
  const shown = shows_all.value ? candidates : candidates.slice(0, SHOWN);
  return (
    <div class="ranking" role="status" data-testid="match-ranking">
      {candidates.length === 0 && (
        <EmptyState title={t.nobodyMatches} icon={<PeopleIcon />}>
          <p>{t.nobodyMatchesDetail}</p>
        </EmptyState>
      )}
      <ol class="ranking__rows">
        {shown.map((one, index) => (
          <Ranked key={one.consultant_id} one={one} place={index + 1} scale={scale} best={candidates[0]?.score ?? 0} />
        ))}
      </ol>
      {shown.length < candidates.length && (
        <Button kind="quiet" size="small" onClick={() => (shows_all.value = true)}>
          {t.showOthers({ count: candidates.length - shown.length })}
        </Button>
      )}
      <div class="ranking__aside">
        <Excluded excluded={preview.excluded} title={sessionText.value.excluded} />
        <p class="quiet">{t.policy({ policy: policyName(preview.policy) })}</p>
      </div>
    </div>
  );
}

interface RankedProps {
  one: RankedConsultant;
  place: number;
  /** The contribution that fills a bar. */
  scale: number;
  /** The best candidate's score. */
  best: number;
}

function Ranked({ one, place, scale, best }: RankedProps) {
  const { directory } = useParts();
  const name = one.name === "" ? directory.nameOf(one.consultant_id) : one.name;
  return (
    <li data-testid="match-row" data-consultant={one.consultant_id}>
      <details open={place === 1}>
        <summary>
          <span class="row__place">{place}</span>
          <Avatar name={name} id={one.consultant_id} size="small" />
          <strong>{name}</strong>
          <span class="meter ranking__meter" aria-hidden="true">
            <span style={{ width: `${best > 0 ? Math.max(0, one.score / best) * 100 : 0}%` }} />
          </span>
          <span class="why__score">{formatNumber(one.score, { maximumFractionDigits: 2, minimumFractionDigits: 2 })}</span>
        </summary>
        <TermBars terms={one.terms} total={one.score} scale={scale} />
      </details>
    </li>
  );
}
