/** Makes a consultant with an account, or edits a profile. */

import { useSignal } from "@preact/signals";
import { codeOf } from "../../core/failures";
import { priceClasses } from "../../core/wire";
import { Button, Dialog, DialogActions, Field, Select, tell, tellFailure } from "../../ui";
import { uiText } from "../../ui/texts";
import { ChipInput } from "../frame/chip_input";
import { useParts } from "../frame/parts";
import { refusedFields } from "../frame/refusals";
import { languageName } from "../names";
import type { Consultant } from "../payloads";
import { adminText } from "../texts";
import { SHORTEST_PASSWORD } from "./account_form";
import {
  bodyOf,
  CONSULTANT_FIELDS,
  emptyConsultant,
  formOf,
  problemsOf,
  type ConsultantField,
  type ConsultantForm,
  type ConsultantProblem,
} from "./consultant_form";

interface ConsultantDialogProps {
  /** Null for a new one. */
  consultant: Consultant | null;
  onSaved: (consultant: Consultant) => void;
  onClose: () => void;
}

export function ConsultantDialog({ consultant, onSaved, onClose }: ConsultantDialogProps) {
  const t = adminText.value;
  const is_new = consultant === null;
  const editor = useProfileEditor(consultant);
  const errorOf = (field: ConsultantField): string | null => {
    const problem = editor.problemOf(field);
    return problem === null ? null : t.problems[problem];
  };
  const submit = async (): Promise<void> => {
    const saved = await editor.save();
    if (saved === null) return;
    onSaved(saved);
    tell(is_new ? t.consultantCreated({ name: saved.name }) : t.saved);
    onClose();
  };
  return (
    <Dialog wide title={is_new ? t.newConsultant : t.editConsultant} onClose={onClose} testid="consultant-dialog">
      <form
        class="form"
        data-testid="consultant-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {is_new && (
          <Credentials form={editor.form.value} errorOf={errorOf} has_conflict={editor.is_taken.value} onChange={editor.change} />
        )}
        <Profile form={editor.form.value} errorOf={errorOf} onChange={editor.change} />
        <DialogActions>
          <Button onClick={onClose}>{uiText.value.cancel}</Button>
          <Button type="submit" kind="primary" busy={editor.is_busy.value} testid="consultant-save">
            {t.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** The state of the form; `save` gives the stored profile, or null when it was not saved. */
function useProfileEditor(consultant: Consultant | null) {
  const { api } = useParts();
  const is_new = consultant === null;
  const form = useSignal<ConsultantForm>(is_new ? emptyConsultant : formOf(consultant));
  const is_checked = useSignal(false);
  const is_busy = useSignal(false);
  const is_taken = useSignal(false);
  const refused = useSignal<readonly string[]>([]);

  const change = (part: Partial<ConsultantForm>): void => {
    form.value = { ...form.value, ...part };
    refused.value = refused.value.filter((name) => !(name in part));
    if ("username" in part) is_taken.value = false;
  };
  const problemOf = (field: ConsultantField): ConsultantProblem | "refused" | null => {
    const problem = is_checked.value ? problemsOf(form.value, is_new)[field] : undefined;
    return problem ?? (refused.value.includes(field) ? "refused" : null);
  };
  const save = async (): Promise<Consultant | null> => {
    is_checked.value = true;
    if (is_busy.value || Object.keys(problemsOf(form.value, is_new)).length > 0) return null;
    is_busy.value = true;
    const body = bodyOf(form.value, is_new);
    try {
      if (is_new) return await api.post<Consultant>("/api/consultants", body);
      return await api.put<Consultant>(`/api/consultants/${encodeURIComponent(consultant.id)}`, body);
    } catch (failure) {
      is_taken.value = is_new && codeOf(failure) === "conflict";
      refused.value = refusedFields(failure, CONSULTANT_FIELDS);
      if (!is_taken.value && refused.value.length === 0) tellFailure(failure);
      return null;
    } finally {
      is_busy.value = false;
    }
  };
  return { form, is_busy, is_taken, change, problemOf, save };
}

interface PartProps {
  form: ConsultantForm;
  errorOf: (field: ConsultantField) => string | null;
  onChange: (part: Partial<ConsultantForm>) => void;
}

function Credentials({ form, errorOf, has_conflict, onChange }: PartProps & { has_conflict: boolean }) {
  const t = adminText.value;
  return (
    <div class="form__pair">
      <Field
        label={t.username}
        value={form.username}
        autocomplete="off"
        testid="consultant-username"
        autofocus
        error={has_conflict ? t.problems.username_taken : errorOf("username")}
        onInput={(username) => onChange({ username })}
      />
      <Field
        label={t.password}
        type="password"
        value={form.password}
        autocomplete="new-password"
        testid="consultant-password"
        hint={t.passwordHint({ least: SHORTEST_PASSWORD })}
        error={errorOf("password")}
        onInput={(password) => onChange({ password })}
      />
    </div>
  );
}

function Profile({ form, errorOf, onChange }: PartProps) {
  const t = adminText.value;
  return (
    <>
      <div class="form__pair">
        <Field label={t.name} value={form.name} testid="consultant-name" error={errorOf("name")} onInput={(name) => onChange({ name })} />
        <Field label={t.title} value={form.title} testid="consultant-title" error={errorOf("title")} onInput={(title) => onChange({ title })} />
      </div>
      <Field label={t.bio} multiline hint={t.bioHint} value={form.bio} testid="consultant-bio" error={errorOf("bio")} onInput={(bio) => onChange({ bio })} />
      <ChipInput label={t.skills} hint={t.skillsHint} values={form.skills} testid="consultant-skills" error={errorOf("skills")} onChange={(skills) => onChange({ skills })} />
      <div class="form__pair">
        <Languages chosen={form.languages} error={errorOf("languages")} onChange={(languages) => onChange({ languages })} />
        <Field
          label={t.capacity}
          type="number"
          inputmode="numeric"
          hint={t.capacityHint}
          value={form.capacity}
          testid="consultant-capacity"
          error={errorOf("capacity")}
          onInput={(capacity) => onChange({ capacity })}
        />
        <Field
          label={t.specialty}
          hint={t.specialtyHint}
          value={form.specialty}
          testid="consultant-specialty"
          error={errorOf("specialty")}
          onInput={(specialty) => onChange({ specialty })}
        />
        <Select
          label={t.priceClass}
          hint={t.priceClassHint}
          value={form.price_class}
          testid="consultant-price-class"
          error={errorOf("price_class")}
          options={(["", ...priceClasses] as const).map((value) => ({
            value,
            label: value === "" ? t.priceClassNone : t.priceClasses[value],
          }))}
          onChange={(price_class) => onChange({ price_class })}
        />
        <label class="check">
          <input
            type="checkbox"
            checked={form.is_active}
            data-testid="consultant-active"
            onChange={(event) => onChange({ is_active: event.currentTarget.checked })}
          />
          <span>
            {t.isActive}
            <span class="quiet">{t.isActiveHint}</span>
          </span>
        </label>
      </div>
    </>
  );
}

function Languages({ chosen, error, onChange }: { chosen: readonly string[]; error: string | null; onChange: (languages: string[]) => void }) {
  return (
    <fieldset class="check-group">
      <legend class="field__label">{adminText.value.languages}</legend>
      {["zh", "en"].map((language) => (
        <label key={language} class="check">
          <input
            type="checkbox"
            checked={chosen.includes(language)}
            data-testid={`consultant-language-${language}`}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...chosen, language] : chosen.filter((other) => other !== language))
            }
          />
          <span>{languageName(language)}</span>
        </label>
      ))}
      {error !== null && (
        <p class="field__error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}
