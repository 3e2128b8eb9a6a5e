/** What the bot knows: search and filters, the entries, the way to edit, try, import and export them. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { saveAs } from "../../core/downloads";
import { formatMoment } from "../../core/i18n";
import type { Listing } from "../../core/wire";
import {
  Badge,
  BookIcon,
  Button,
  ConfirmDialog,
  DownloadIcon,
  EmptyState,
  HistoryIcon,
  IconButton,
  Menu,
  PlusIcon,
  Table,
  tell,
  TrashIcon,
  type Column,
} from "../../ui";
import { act, attempt } from "../frame/attempt";
import { chosenCount } from "../frame/filter_bar";
import { ListFrame } from "../frame/list_frame";
import { PageHead } from "../frame/page_head";
import type { PagedList } from "../frame/paged_list";
import { useParts } from "../frame/parts";
import { usePaged } from "../frame/use_paged";
import { entryStatusName, entryStatusTone, languageName } from "../names";
import type { Entry, Trial } from "../payloads";
import { adminText, boardText, knowledgeText } from "../texts";
import { EntryDialog } from "./entry_dialog";
import { EntryFilters, noEntryFilters, type EntryFilterValues } from "./entry_filters";
import { HistoryDrawer } from "./history_drawer";
import { ImportDialog } from "./import_dialog";
import { CLOSEST, TryBox } from "./try_box";

const PAGE = 50;

type Window =
  | { name: "edit"; entry: Entry | null }
  | { name: "archive" | "history"; entry: Entry }
  | { name: "import" };

export function KnowledgePage() {
  const t = adminText.value;
  const { api } = useParts();
  const filters = useSignal<EntryFilterValues>(noEntryFilters);
  const window = useSignal<Window | null>(null);
  const list = usePaged<Entry>(
    (cursor) => api.get<Listing<Entry>>("/api/faq", { ...filters.peek(), limit: PAGE, cursor }),
    filters.value,
  );
  const edit = (id: string): void => act(async () => (window.value = { name: "edit", entry: await api.get<Entry>(entryPath(id)) }));
  return (
    <>
      <PageHead title={boardText.value.pages.knowledge} about={t.knowledgeAbout}>
        <ExportMenu />
        <Button testid="import" onClick={() => (window.value = { name: "import" })}>
          {knowledgeText.value.import}
        </Button>
        <Button kind="primary" testid="faq-new" onClick={() => (window.value = { name: "edit", entry: null })}>
          <PlusIcon />
          {t.newEntry}
        </Button>
      </PageHead>
      <div class="sheet try">
        <TryBox
          label={t.try}
          ask={(text) => api.post<Trial>("/api/faq/search", { text, limit: CLOSEST })}
          onOpen={edit}
        />
      </div>
      <EntryFilters values={filters.value} entries={list.items.value ?? []} onChange={(change) => (filters.value = { ...filters.value, ...change })} />
      <EntryList
        list={list}
        is_filtered={chosenCount(filters.value) > 0}
        onEdit={(entry) => (window.value = { name: "edit", entry })}
        onArchive={(entry) => (window.value = { name: "archive", entry })}
        onHistory={(entry) => (window.value = { name: "history", entry })}
      />
      {window.value !== null && <OpenWindow window={window.value} list={list} onClose={() => (window.value = null)} />}
    </>
  );
}

function OpenWindow({ window, list, onClose }: { window: Window; list: PagedList<Entry>; onClose: () => void }) {
  switch (window.name) {
    case "edit":
      return <EntryDialog key={window.entry?.id} entry={window.entry} onSaved={(entry) => list.put(entry)} onClose={onClose} />;
    case "archive":
      return <ArchiveDialog entry={window.entry} list={list} onClose={onClose} />;
    case "history":
      return <HistoryDrawer entry={window.entry} onRestored={(entry) => list.put(entry)} onClose={onClose} />;
    case "import":
      return <ImportDialog onImported={() => void list.load()} onClose={onClose} />;
  }
}

function ArchiveDialog({ entry, list, onClose }: { entry: Entry; list: PagedList<Entry>; onClose: () => void }) {
  const t = adminText.value;
  const { api } = useParts();
  const restore = async (): Promise<void> => {
    list.put(await api.put<Entry>(entryPath(entry.id), { status: entry.status }));
    tell(t.restored);
  };
  const archive = async (): Promise<void> => {
    const is_done = await attempt(async () => {
      const archived = (await api.delete(entryPath(entry.id))) as Entry;
      list.put({ ...entry, ...archived, status: "archived" });
    });
    if (!is_done) return;
    onClose();
    tell(t.archived, { label: t.undo, run: () => act(restore) });
  };
  return (
    <ConfirmDialog title={t.archiveTitle} confirm={t.archive} danger onConfirm={archive} onClose={onClose}>
      <p>{t.archiveDetail({ question: entry.question })}</p>
    </ConfirmDialog>
  );
}

interface EntryActs {
  onEdit: (entry: Entry) => void;
  onArchive: (entry: Entry) => void;
  onHistory: (entry: Entry) => void;
}

interface EntryListProps extends EntryActs {
  list: PagedList<Entry>;
  is_filtered: boolean;
}

function EntryList({ list, is_filtered, ...acts }: EntryListProps) {
  const t = adminText.value;
  return (
    <ListFrame list={list}>
      {(entries) => (
        <Table
          caption={boardText.value.pages.knowledge}
          rows={entries}
          row_key={(entry) => entry.id}
          row_testid="faq-row"
          testid="faq"
          onSelect={acts.onEdit}
          columns={columns(acts)}
          empty={
            <EmptyState title={is_filtered ? t.noEntryFound : t.noEntries} icon={<BookIcon />} testid="faq-empty">
              {!is_filtered && <p>{t.noEntriesDetail}</p>}
            </EmptyState>
          }
        />
      )}
    </ListFrame>
  );
}

function columns({ onEdit, onArchive, onHistory }: EntryActs): readonly Column<Entry>[] {
  const t = adminText.value;
  return [
    {
      key: "question",
      label: t.question,
      show: (entry) => <QuestionCell entry={entry} onEdit={onEdit} />,
    },
    { key: "category", label: t.category, is_extra: true, show: (entry) => <span class="cell-short">{entry.category || "–"}</span> },
    { key: "language", label: boardText.value.language, is_extra: true, show: (entry) => languageName(entry.language) },
    {
      key: "status",
      label: t.status,
      show: (entry) => <Badge tone={entryStatusTone(entry.status)}>{entryStatusName(entry.status)}</Badge>,
    },
    {
      key: "changed",
      label: t.changed,
      is_extra: true,
      show: (entry) => <time class="cell-short" dateTime={entry.updated_at}>{formatMoment(entry.updated_at)}</time>,
    },
    {
      key: "acts",
      label: "",
      show: (entry) => (
        <span class="cell-acts">
          <RowAct label={`${knowledgeText.value.history}: ${entry.question}`} testid="faq-history-open" onAct={() => onHistory(entry)}>
            <HistoryIcon />
          </RowAct>
          {entry.status !== "archived" && (
            <RowAct label={`${t.archive}: ${entry.question}`} testid="faq-archive" onAct={() => onArchive(entry)}>
              <TrashIcon />
            </RowAct>
          )}
        </span>
      ),
    },
  ];
}

function RowAct(props: { label: string; testid: string; onAct: () => void; children: ComponentChildren }) {
  return (
    <IconButton
      label={props.label}
      testid={props.testid}
      onClick={(event) => {
        event.stopPropagation();
        props.onAct();
      }}
    >
      {props.children}
    </IconButton>
  );
}

function QuestionCell({ entry, onEdit }: { entry: Entry; onEdit: (entry: Entry) => void }) {
  return (
    <span class="cell-main">
      <button
        type="button"
        class="link-button"
        onClick={(event) => {
          event.stopPropagation();
          onEdit(entry);
        }}
      >
        {entry.question}
      </button>
      <span class="quiet cell-main__line">{entry.answer}</span>
    </span>
  );
}

function ExportMenu() {
  const t = knowledgeText.value;
  const { api } = useParts();
  const save = (format: "jsonl" | "csv" | "md"): void =>
    act(async () => {
      saveAs(await api.download("/api/faq/export", { format }), `wenjin-faq.${format}`);
      tell(t.exported);
    });
  return (
    <Menu
      label={t.export}
      icon={<DownloadIcon />}
      testid="export"
      entries={[
        { kind: "heading", label: t.export },
        { kind: "item", label: t.exportCsv, testid: "export-csv", onSelect: () => save("csv") },
        { kind: "item", label: t.exportJsonl, testid: "export-jsonl", onSelect: () => save("jsonl") },
        { kind: "item", label: t.exportMarkdown, testid: "export-md", onSelect: () => save("md") },
      ]}
    />
  );
}

function entryPath(id: string): string {
  return `/api/faq/${encodeURIComponent(id)}`;
}
