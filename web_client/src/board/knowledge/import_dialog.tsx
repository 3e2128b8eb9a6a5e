/** Brings in a file of entries, all or nothing: first it says what would change and which lines are wrong. */

import { useSignal, type Signal } from "@preact/signals";
import { ApiError } from "../../core/failures";
import { Badge, Button, Dialog, DialogActions, FileIcon, Skeleton, tell, tellFailure } from "../../ui";
import { uiText } from "../../ui/texts";
import { useParts } from "../frame/parts";
import type { ImportCounts, ImportPreview, LineProblem, PlannedChange } from "../payloads";
import { knowledgeText } from "../texts";
import { Differences } from "./difference_shown";
import { lineProblems, remarkText } from "./import_problems";
import { PastImports } from "./past_imports";

const SHOWN = 50;

export function ImportDialog({ onImported, onClose }: { onImported: () => void; onClose: () => void }) {
  const t = knowledgeText.value;
  const { file, preview, is_checking, is_busy, choose, submit } = useImport((counts) => {
    tell(t.imported(counts));
    onImported();
    onClose();
  });
  const found = preview.value;
  const is_ready = found !== null && found.errors.length === 0 && found.created + found.updated > 0;
  return (
    <Dialog wide title={t.import} onClose={onClose} testid="import-dialog">
      <p class="quiet">{t.importDetail}</p>
      <FileDrop file={file.value} onChoose={choose} />
      {is_checking.value && (
        <div role="status">
          <span class="visually-hidden">{t.checking}</span>
          <Skeleton rows={3} />
        </div>
      )}
      {found !== null && <Preview preview={found} />}
      <DialogActions>
        <Button onClick={onClose}>{uiText.value.cancel}</Button>
        <Button kind="primary" busy={is_busy.value} disabled={!is_ready} testid="import-submit" onClick={() => void submit()}>
          {t.import}
        </Button>
      </DialogActions>
      {file.value === null && <PastImports onUndone={onImported} />}
    </Dialog>
  );
}

/** The chosen file and what it would do; a file chosen meanwhile makes a late answer void. */
function useImport(onDone: (counts: ImportCounts) => void) {
  const { api } = useParts();
  const file = useSignal<File | null>(null);
  const preview = useSignal<ImportPreview | null>(null);
  const is_checking = useSignal(false);
  const is_busy = useSignal(false);
  const send = <Result,>(chosen: File, path: string): Promise<Result> => {
    const form = new FormData();
    form.append("file", chosen, chosen.name);
    return api.upload<Result>(path, form);
  };
  const choose = async (chosen: File): Promise<void> => {
    file.value = chosen;
    preview.value = null;
    is_checking.value = true;
    try {
      const found = await send<ImportPreview>(chosen, "/api/faq/import?dry_run=true");
      if (file.value === chosen) preview.value = found;
    } catch (failure) {
      if (file.value === chosen) refuse(failure, preview);
    } finally {
      if (file.value === chosen) is_checking.value = false;
    }
  };
  const submit = async (): Promise<void> => {
    if (file.value === null || is_busy.value) return;
    is_busy.value = true;
    try {
      onDone(await send<ImportCounts>(file.value, "/api/faq/import"));
    } catch (failure) {
      refuse(failure, preview);
    } finally {
      is_busy.value = false;
    }
  };
  return { file, preview, is_checking, is_busy, choose: (chosen: File) => void choose(chosen), submit };
}

function refuse(failure: unknown, preview: Signal<ImportPreview | null>): void {
  const errors = failure instanceof ApiError ? lineProblems(failure.details) : [];
  if (errors.length === 0) tellFailure(failure);
  else preview.value = { created: 0, updated: 0, unchanged: 0, changes: [], errors };
}

function FileDrop({ file, onChoose }: { file: File | null; onChoose: (file: File) => void }) {
  const choose = (chosen: File | undefined): void => {
    if (chosen !== undefined) onChoose(chosen);
  };
  return (
    <label
      class="drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        choose(event.dataTransfer?.files[0]);
      }}
    >
      <FileIcon />
      <span>{file?.name ?? knowledgeText.value.chooseFile}</span>
      <input
        type="file"
        class="visually-hidden"
        accept=".jsonl,.ndjson,.csv,.md,.markdown,text/csv,text/markdown,application/x-ndjson"
        data-testid="import-file"
        onChange={(event) => {
          choose(event.currentTarget.files?.[0]);
          // The corrected file has the same name and must count as a choice again.
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

function Preview({ preview }: { preview: ImportPreview }) {
  const t = knowledgeText.value;
  if (preview.errors.length > 0) return <Problems problems={preview.errors} />;
  if (preview.created + preview.updated + preview.unchanged === 0) return <p role="status">{t.emptyFile}</p>;
  if (preview.changes.length === 0) return <p role="status">{t.nothingNew}</p>;
  const others = preview.created + preview.updated - Math.min(preview.changes.length, SHOWN);
  return (
    <section class="planned" data-testid="import-preview">
      <p class="planned__counts" role="status">
        {t.wouldImport(preview)}
      </p>
      <ol class="planned__changes">
        {preview.changes.slice(0, SHOWN).map((change) => (
          <Planned key={change.line} change={change} />
        ))}
      </ol>
      {others > 0 && <p class="quiet">{t.moreChanges({ count: others })}</p>}
    </section>
  );
}

function Planned({ change }: { change: PlannedChange }) {
  const t = knowledgeText.value;
  return (
    <li data-testid="import-change" data-kind={change.kind}>
      <span class="line-problems__line">{t.line({ line: change.line })}</span>
      <div class="planned__change">
        <span class="cell-line">
          <Badge tone={change.kind === "new" ? "accent" : "warning"}>{t.kinds[change.kind]}</Badge>
          <span>{change.question}</span>
        </span>
        {change.differences.length > 0 && <Differences differences={change.differences} />}
      </div>
    </li>
  );
}

function Problems({ problems }: { problems: readonly LineProblem[] }) {
  const t = knowledgeText.value;
  return (
    <div class="line-problems" role="alert" data-testid="import-errors">
      <strong>{t.importRefused({ count: problems.length })}</strong>
      <ol>
        {problems.map((problem, index) => (
          <li key={index} data-testid="import-error" data-line={problem.line}>
            <span class="line-problems__line">{t.line({ line: problem.line })}</span>
            <span>{remarkText(problem, t.remarks)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}
