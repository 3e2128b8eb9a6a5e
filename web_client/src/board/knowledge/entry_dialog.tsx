/** Writes and corrects one entry; somebody else's save in between costs nobody their words. */

import { useSignal } from "@preact/signals";
import { language } from "../../core/i18n";
import { codeOf } from "../../core/failures";
import { AlertIcon, Button, ConfirmDialog, Dialog, DialogActions, tell, tellFailure } from "../../ui";
import { uiText } from "../../ui/texts";
import { useParts } from "../frame/parts";
import { refusedFields } from "../frame/refusals";
import type { Entry, Trial } from "../payloads";
import { adminText, knowledgeText } from "../texts";
import { EntryFields } from "./entry_fields";
import { CLOSEST, TryBox } from "./try_box";
import { useWarnings } from "./use_warnings";
import { Warnings } from "./warnings";
import { cleaned, emptyEntry, ENTRY_FIELDS, formOf, hasChanged, problemsOf, rebased, type EntryField, type EntryForm } from "./entry_form";

interface EntryDialogProps {
  /** Null for a new one. */
  entry: Entry | null;
  onSaved: (entry: Entry) => void;
  onClose: () => void;
}

export function EntryDialog({ entry, onSaved, onClose }: EntryDialogProps) {
  const t = adminText.value;
  const editor = useEntryEditor(entry);
  const is_leaving = useSignal(false);
  const warnings = useWarnings(editor.form.value, entry?.id);
  const leave = (): void => {
    if (hasChanged(editor.form.value, editor.opened.value)) is_leaving.value = true;
    else onClose();
  };
  const submit = async (): Promise<void> => {
    const saved = await editor.save();
    if (saved === null) return;
    onSaved(saved);
    tell(entry === null ? t.created : t.saved);
    onClose();
  };
  if (is_leaving.value) {
    return (
      <ConfirmDialog title={t.leaveTitle} confirm={t.leave} danger onConfirm={onClose} onClose={() => (is_leaving.value = false)}>
        <p>{t.leaveDetail}</p>
      </ConfirmDialog>
    );
  }
  return (
    <Dialog wide title={entry === null ? t.newEntry : t.editEntry} onClose={leave} testid="faq-dialog">
      <form
        class="form"
        data-testid="faq-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {editor.conflict.value !== null && <ConflictNotice stored={editor.conflict.value} disputed={editor.disputed.value} />}
        <EntryFields
          form={editor.form.value}
          problems={editor.is_checked.value ? problemsOf(editor.form.value) : {}}
          refused={editor.refused.value}
          disputed={editor.disputed.value}
          stored={editor.conflict.value}
          onChange={editor.change}
        />
        <Warnings similar={warnings.value} />
        <DraftTrial form={editor.form.value} entry_id={entry?.id ?? ""} />
        <DialogActions>
          <Button onClick={leave}>{uiText.value.cancel}</Button>
          <Button type="submit" kind="primary" busy={editor.is_busy.value} testid="faq-save">
            {editor.conflict.value === null ? t.save : t.saveOver}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** What the bot would say if the form were saved and published as it stands. */
function DraftTrial({ form, entry_id }: { form: EntryForm; entry_id: string }) {
  const t = knowledgeText.value;
  const { api } = useParts();
  const { question, alternatives, answer, category, language } = cleaned(form);
  if (question === "" || answer === "") return null;
  const entry = { ...(entry_id === "" ? {} : { id: entry_id }), question, alternatives, answer, category, language };
  return (
    <TryBox
      label={t.tryDraft}
      hint={t.tryDraftDetail}
      of={JSON.stringify(entry)}
      own_id={entry_id}
      ask={(text) => api.post<Trial>("/api/faq/try", { text, limit: CLOSEST, entry })}
    />
  );
}

function ConflictNotice({ stored, disputed }: { stored: Entry; disputed: readonly EntryField[] }) {
  const t = adminText.value;
  return (
    <div class="notice" role="alert" data-testid="faq-conflict">
      <AlertIcon />
      <div>
        <strong>{t.conflictTitle({ version: stored.version })}</strong>
        <p>{disputed.length === 0 ? t.conflictMerged : t.conflictDisputed}</p>
      </div>
    </div>
  );
}

/** The state of the form; `save` gives the stored entry, or null when it was not saved. */
function useEntryEditor(entry: Entry | null) {
  const { api } = useParts();
  const start: EntryForm = entry === null ? emptyEntry(language.peek()) : formOf(entry);
  const form = useSignal(start);
  const opened = useSignal(start);
  const version = useSignal(entry?.version ?? 0);
  const is_checked = useSignal(false);
  const is_busy = useSignal(false);
  const refused = useSignal<readonly string[]>([]);
  const conflict = useSignal<Entry | null>(null);
  const disputed = useSignal<readonly EntryField[]>([]);

  const change = (part: Partial<EntryForm>): void => {
    form.value = { ...form.value, ...part };
    refused.value = refused.value.filter((name) => !(name in part));
  };
  const path = `/api/faq/${encodeURIComponent(entry?.id ?? "")}`;
  const reload = async (): Promise<void> => {
    const stored = await api.get<Entry>(path);
    const merged = rebased(form.value, opened.value, formOf(stored));
    conflict.value = stored;
    version.value = stored.version;
    opened.value = formOf(stored);
    form.value = merged.form;
    disputed.value = merged.disputed;
  };
  const send = (): Promise<Entry> => {
    const body = cleaned(form.value);
    return entry === null ? api.post<Entry>("/api/faq", body) : api.put<Entry>(path, { ...body, version: version.value });
  };
  const save = async (): Promise<Entry | null> => {
    is_checked.value = true;
    if (is_busy.value || Object.keys(problemsOf(form.value)).length > 0) return null;
    is_busy.value = true;
    try {
      return await send();
    } catch (failure) {
      refused.value = refusedFields(failure, ENTRY_FIELDS);
      if (codeOf(failure) === "conflict" && entry !== null) await reload().catch(tellFailure);
      else if (refused.value.length === 0) tellFailure(failure);
      return null;
    } finally {
      is_busy.value = false;
    }
  };
  return { form, opened, is_checked, is_busy, refused, conflict, disputed, change, save };
}
