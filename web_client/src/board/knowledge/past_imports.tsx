/** Files that were brought in before, each with the way back. */

import { useSignal } from "@preact/signals";
import { formatMoment } from "../../core/i18n";
import type { Listing } from "../../core/wire";
import { Badge, Button, ConfirmDialog, tell } from "../../ui";
import { attempt } from "../frame/attempt";
import { ListFrame } from "../frame/list_frame";
import { useParts } from "../frame/parts";
import { usePaged } from "../frame/use_paged";
import type { PastImport } from "../payloads";
import { knowledgeText } from "../texts";
import { editorName } from "./editor_name";

const PAGE = 5;

export function PastImports({ onUndone }: { onUndone: () => void }) {
  const t = knowledgeText.value;
  const { api } = useParts();
  const asked = useSignal<PastImport | null>(null);
  const list = usePaged<PastImport>((cursor) => api.get<Listing<PastImport>>("/api/faq/imports", { limit: PAGE, cursor }), null);
  const undo = async (past: PastImport): Promise<void> => {
    const is_done = await attempt(async () => {
      const path = `/api/faq/imports/${encodeURIComponent(past.id)}/undo`;
      tell(t.importUndone(await api.post<{ restored: number; archived: number; kept: number }>(path, {})));
    });
    asked.value = null;
    await list.load();
    if (is_done) onUndone();
  };
  if (list.items.value?.length === 0) return null;
  return (
    <section class="past-imports" aria-label={t.pastImports} data-testid="past-imports">
      <h3>{t.pastImports}</h3>
      <ListFrame list={list}>
        {(imports) => (
          <ul>
            {imports.map((past) => (
              <Past key={past.id} past={past} onUndo={() => (asked.value = past)} />
            ))}
          </ul>
        )}
      </ListFrame>
      {asked.value !== null && (
        <ConfirmDialog
          title={t.undoImportTitle}
          confirm={t.undoImport}
          danger
          onConfirm={() => (asked.value === null ? undefined : undo(asked.value))}
          onClose={() => (asked.value = null)}
        >
          <p>{t.undoImportDetail}</p>
        </ConfirmDialog>
      )}
    </section>
  );
}

function Past({ past, onUndo }: { past: PastImport; onUndo: () => void }) {
  const t = knowledgeText.value;
  const when = formatMoment(past.at);
  const is_cut_short = !past.is_complete && past.undone_at === null;
  return (
    <li class="past-import" data-testid="past-import">
      <span class="cell-main">
        <span class="cell-line">
          <time dateTime={past.at}>{when}</time>
          {past.by.name !== "" && <span class="quiet">{t.by({ name: editorName(past.by) })}</span>}
          {is_cut_short && <Badge tone="warning">{t.cutShort}</Badge>}
        </span>
        <span class="quiet">{t.imported(past)}</span>
        {is_cut_short && <span class="quiet">{t.cutShortDetail}</span>}
      </span>
      {past.undone_at === null ? (
        <Button size="small" label={t.undoImportLabel({ when })} testid="undo-import" onClick={onUndo}>
          {t.undoImport}
        </Button>
      ) : (
        <span class="quiet">{t.undoneBy({ name: past.undone_by ?? "" })}</span>
      )}
    </li>
  );
}
