/** The fields of an entry's form, each with its problem and, after a conflict, with what is stored now. */

import { useRef } from "preact/hooks";
import { Button, CloseIcon, Field, IconButton, PlusIcon, Select } from "../../ui";
import { ChipInput } from "../frame/chip_input";
import { entryStatusName, languageName } from "../names";
import type { Entry } from "../payloads";
import { adminText, boardText } from "../texts";
import { ENTRY_STATUSES } from "./entry_filters";
import type { EntryField, EntryForm, EntryProblem } from "./entry_form";

interface EntryFieldsProps {
  form: EntryForm;
  problems: Partial<Record<EntryField, EntryProblem>>;
  /** Fields that the server did not take. */
  refused: readonly string[];
  disputed: readonly EntryField[];
  stored: Entry | null;
  onChange: (change: Partial<EntryForm>) => void;
}

export function EntryFields(props: EntryFieldsProps) {
  const t = adminText.value;
  const { form, onChange } = props;
  const about = (field: EntryField) => ({ error: errorOf(props, field), hint: storedText(props, field) });
  return (
    <>
      <Field
        label={t.question}
        value={form.question}
        testid="faq-question"
        autofocus
        onInput={(question) => onChange({ question })}
        {...about("question")}
      />
      <Alternatives rows={form.alternatives} onChange={(alternatives) => onChange({ alternatives })} {...about("alternatives")} />
      <Field
        label={t.answer}
        multiline
        value={form.answer}
        testid="faq-answer"
        onInput={(answer) => onChange({ answer })}
        {...about("answer")}
      />
      <div class="form__pair">
        <Field label={t.category} value={form.category} testid="faq-category" onInput={(category) => onChange({ category })} {...about("category")} />
        <ChipInput label={t.tags} values={form.tags} testid="faq-tags" onChange={(tags) => onChange({ tags })} {...about("tags")} />
        <Select
          label={boardText.value.language}
          value={form.language}
          testid="faq-language"
          options={(["zh", "en"] as const).map((value) => ({ value, label: languageName(value) }))}
          onChange={(language) => onChange({ language })}
          {...about("language")}
        />
        <Select
          label={t.status}
          value={form.status}
          testid="faq-status"
          options={ENTRY_STATUSES.map((value) => ({ value, label: entryStatusName(value) }))}
          onChange={(status) => onChange({ status })}
          {...about("status")}
        />
      </div>
    </>
  );
}

interface AlternativesProps {
  rows: readonly string[];
  error: string | null;
  hint?: string;
  onChange: (rows: string[]) => void;
}

function Alternatives({ rows, error, hint, onChange }: AlternativesProps) {
  const t = adminText.value;
  const root = useRef<HTMLFieldSetElement>(null);
  const add = (): void => {
    onChange([...rows, ""]);
    requestAnimationFrame(() => root.current?.querySelector<HTMLElement>(".wording:last-of-type input")?.focus());
  };
  const keyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    add();
  };
  return (
    <fieldset class="wordings" ref={root}>
      <legend class="field__label">{t.alternatives}</legend>
      {rows.map((row, index) => (
        <div key={index} class="wording">
          <input
            class="field__control"
            value={row}
            aria-label={t.alternativeNumber({ number: index + 1 })}
            placeholder={t.alternativePlaceholder}
            data-testid="faq-alternative"
            onInput={(event) => onChange(rows.map((other, place) => (place === index ? event.currentTarget.value : other)))}
            onKeyDown={keyDown}
          />
          <IconButton
            label={boardText.value.remove({ what: t.alternativeNumber({ number: index + 1 }) })}
            onClick={() => onChange(rows.filter((_, place) => place !== index))}
          >
            <CloseIcon />
          </IconButton>
        </div>
      ))}
      <Button kind="quiet" size="small" testid="faq-alternative-add" onClick={add}>
        <PlusIcon />
        {t.addAlternative}
      </Button>
      {error !== null && (
        <p class="field__error" role="alert">
          {error}
        </p>
      )}
      {hint !== undefined && <p class="field__hint">{hint}</p>}
    </fieldset>
  );
}

function errorOf(props: EntryFieldsProps, field: EntryField): string | null {
  const problem = props.problems[field];
  if (problem !== undefined) return adminText.value.problems[problem];
  return props.refused.includes(field) ? adminText.value.problems.refused : null;
}

/** What somebody else put into a field that both changed. */
function storedText(props: EntryFieldsProps, field: EntryField): string | undefined {
  if (props.stored === null || !props.disputed.includes(field)) return undefined;
  const value = props.stored[field];
  const text = Array.isArray(value) ? value.join(" · ") : value;
  return adminText.value.storedNow({ text: text === "" ? "–" : text });
}
