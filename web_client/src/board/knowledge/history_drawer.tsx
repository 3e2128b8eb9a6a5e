/** What an entry said before: who changed what and when, and the way back to each version. */

import { useSignal } from "@preact/signals";
import { codeOf } from "../../core/failures";
import { formatMoment } from "../../core/i18n";
import type { Listing } from "../../core/wire";
import { Badge, Button, Dialog, tell, tellFailure, type Tone } from "../../ui";
import { ListFrame } from "../frame/list_frame";
import { useParts } from "../frame/parts";
import { usePaged } from "../frame/use_paged";
import type { Entry, EntryVersion } from "../payloads";
import { knowledgeText } from "../texts";
import { Differences } from "./difference_shown";
import { editorName } from "./editor_name";

const TONES: Record<EntryVersion["change"], Tone> = {
  created: "accent",
  edited: "neutral",
  archived: "warning",
  restored: "success",
  imported: "accent",
  import_undone: "success",
};

interface HistoryDrawerProps {
  entry: Entry;
  onRestored: (entry: Entry) => void;
  onClose: () => void;
}

export function HistoryDrawer({ entry, onRestored, onClose }: HistoryDrawerProps) {
  const t = knowledgeText.value;
  const { api } = useParts();
  const restoring = useSignal(0);
  const path = `/api/faq/${encodeURIComponent(entry.id)}/versions`;
  const list = usePaged<EntryVersion & { entry_id: string }>(async (cursor) => {
    const page = await api.get<Listing<EntryVersion>>(path, { cursor });
    return { ...page, items: page.items.map((one) => ({ ...one, entry_id: one.id, id: `${one.id}/${one.version}` })) };
  }, entry.id);
  const restore = async (version: number, current: number): Promise<void> => {
    restoring.value = version;
    try {
      onRestored(await api.post<Entry>(`${path}/${version}/restore`, { version: current }));
      tell(t.restored({ version }));
    } catch (failure) {
      if (codeOf(failure) === "conflict") tell(t.changedMeanwhile);
      else tellFailure(failure);
    }
    await list.load();
    restoring.value = 0;
  };
  return (
    <Dialog side title={t.historyOf({ question: entry.question })} onClose={onClose} testid="faq-history">
      <ListFrame list={list}>
        {(versions) => (
          <ol class="versions">
            {versions.map((one) => (
              <Version
                key={one.id}
                version={one}
                current={versions[0]?.version ?? one.version}
                restoring={restoring.value}
                onRestore={(version) => void restore(version, versions[0]?.version ?? version)}
              />
            ))}
          </ol>
        )}
      </ListFrame>
    </Dialog>
  );
}

interface VersionProps {
  version: EntryVersion;
  current: number;
  /** The version that is being brought back, or 0. */
  restoring: number;
  onRestore: (version: number) => void;
}

function Version({ version, current, restoring, onRestore }: VersionProps) {
  const t = knowledgeText.value;
  const is_current = version.version === current;
  // Undoing what stands now means going back by one.
  const target = is_current ? version.version - 1 : version.version;
  const can_restore = target > 0 && !(is_current && version.differences === null);
  return (
    <li class="version" data-testid="faq-version" data-version={version.version}>
      <header class="version__head">
        <strong>{t.version({ version: version.version })}</strong>
        <Badge tone={TONES[version.change] ?? "neutral"}>{changeName(version)}</Badge>
        {is_current && <span class="quiet">{t.current}</span>}
        {can_restore && (
          <Button
            size="small"
            busy={restoring === target}
            disabled={restoring !== 0}
            label={is_current ? t.undoLastLabel({ version: version.version }) : t.restoreLabel({ version: target })}
            testid={is_current ? "faq-undo" : "faq-restore"}
            onClick={() => onRestore(target)}
          >
            {is_current ? t.undoLast : t.restore}
          </Button>
        )}
      </header>
      <p class="quiet version__who">
        <time dateTime={version.updated_at}>{formatMoment(version.updated_at)}</time>
        {version.updated_by.name !== "" && <span>{t.by({ name: editorName(version.updated_by) })}</span>}
      </p>
      {version.differences === null && <p class="quiet">{t.notKept}</p>}
      {version.differences?.length === 0 && <p class="quiet">{t.nothingChanged}</p>}
      {version.differences !== null && <Differences differences={version.differences} />}
    </li>
  );
}

function changeName(version: EntryVersion): string {
  const names = knowledgeText.value.changes;
  if (version.change === "restored") return names.restored({ version: version.restored_version ?? 0 });
  return names[version.change] ?? version.change;
}
