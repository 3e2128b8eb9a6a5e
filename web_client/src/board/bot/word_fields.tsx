/** The fields of a draft. */

import { Field, Select } from "../../ui";
import { languageName } from "../names";
import { adminText, boardText, botText } from "../texts";
import { MOST_CATEGORY } from "../knowledge/entry_form";
import type { DraftWords } from "./draft_words";

interface WordFieldsProps {
  words: DraftWords;
  /** The answer is a colleague's, and nobody has looked at it yet. */
  is_proposed: boolean;
  onChange: (part: Partial<DraftWords>) => void;
}

export function WordFields({ words, is_proposed, onChange }: WordFieldsProps) {
  const t = botText.value;
  const admin = adminText.value;
  const about = words.answer.trim() === "" ? t.noReply : is_proposed ? t.answerFrom : undefined;
  return (
    <div class="form">
      <Field label={admin.question} value={words.question} maxlength={500} testid="draft-question" onInput={(question) => onChange({ question })} />
      <Field
        label={admin.alternatives}
        multiline
        value={words.alternatives}
        testid="draft-alternatives"
        onInput={(alternatives) => onChange({ alternatives })}
      />
      <Field
        label={admin.answer}
        multiline
        value={words.answer}
        testid="draft-answer"
        onInput={(answer) => onChange({ answer })}
        {...(about === undefined ? {} : { hint: about })}
      />
      <div class="form__pair">
        <Field
          label={admin.category}
          value={words.category}
          maxlength={MOST_CATEGORY}
          testid="draft-category"
          onInput={(category) => onChange({ category })}
        />
        <Select
          label={boardText.value.language}
          value={words.language}
          testid="draft-language"
          options={(["zh", "en"] as const).map((value) => ({ value, label: languageName(value) }))}
          onChange={(language) => onChange({ language })}
        />
      </div>
    </div>
  );
}
