/** Brings in a file of entries, all or nothing; the lines that are wrong are named. */

import { useSignal } from "@preact/signals";
import { ApiError } from "../../core/failures";
import { Button, Dialog, DialogActions, FileIcon, tell, tellFailure } from "../../ui";
import { uiText } from "../../ui/texts";
import { useParts } from "../frame/parts";
import type { ImportCounts } from "../payloads";
import { adminText } from "../texts";
import { lineProblems, remarkOf, type KnownRemark, type LineProblem } from "./import_problems";

export function ImportDialog({ onImported, onClose }: { onImported: () => void; onClose: () => void }) {
  const t = adminText.value;
  const { api } = useParts();
  const file = useSignal<File | null>(null);
  const problems = useSignal<readonly LineProblem[]>([]);
  const is_busy = useSignal(false);

  const submit = async (): Promise<void> => {
    if (file.value === null) return;
    is_busy.value = true;
    problems.value = [];
    try {
      const form = new FormData();
      form.append("file", file.value, file.value.name);
      const counts = await api.upload<ImportCounts>("/api/faq/import", form);
      tell(t.imported(counts));
      onImported();
      onClose();
    } catch (failure) {
      problems.value = failure instanceof ApiError ? lineProblems(failure.details) : [];
      if (problems.value.length === 0) tellFailure(failure);
    } finally {
      is_busy.value = false;
    }
  };
  const choose = (chosen: File): void => {
    file.value = chosen;
    problems.value = [];
  };
  return (
    <Dialog title={t.import} onClose={onClose} testid="import-dialog">
      <p class="quiet">{t.importDetail}</p>
      <FileDrop file={file.value} onChoose={choose} />
      {problems.value.length > 0 && <Problems problems={problems.value} />}
      <DialogActions>
        <Button onClick={onClose}>{uiText.value.cancel}</Button>
        <Button kind="primary" busy={is_busy.value} disabled={file.value === null} testid="import-submit" onClick={() => void submit()}>
          {t.import}
        </Button>
      </DialogActions>
    </Dialog>
  );
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
      <span>{file?.name ?? adminText.value.chooseFile}</span>
      <input
        type="file"
        class="visually-hidden"
        accept=".jsonl,.ndjson,.csv,text/csv,application/x-ndjson"
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

function Problems({ problems }: { problems: readonly LineProblem[] }) {
  const t = adminText.value;
  return (
    <div class="line-problems" role="alert" data-testid="import-errors">
      <strong>{t.importRefused({ count: problems.length })}</strong>
      <ol>
        {problems.map((problem, index) => (
          <li key={index} data-testid="import-error" data-line={problem.line}>
            <span class="line-problems__line">{t.line({ line: problem.line })}</span>
            <span>{remarkText(remarkOf(problem.message))}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function remarkText(remark: KnownRemark): string {
  const t = adminText.value.remarks;
  switch (remark.kind) {
    case "missing":
    case "not_text":
    case "not_list":
      return t[remark.kind]({ field: remark.field });
    case "too_long":
      return t.too_long({ field: remark.field, most: remark.most });
    case "same_as":
      return t.same_as({ line: remark.line });
    case "not_json":
    case "not_csv":
      return t[remark.kind]({ detail: remark.detail });
    case "columns":
      return t.columns({ columns: remark.columns });
    case "other":
      return remark.message;
    default:
      return t[remark.kind];
  }
}
