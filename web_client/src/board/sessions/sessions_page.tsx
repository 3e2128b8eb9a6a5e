/** All sessions, newest first, with filters; a row opens the drill-in. */

import { useSignal } from "@preact/signals";
import { formatMoment } from "../../core/i18n";
import type { Listing, Session, SessionStatus } from "../../core/wire";
import { Badge, Button, EmptyState, Field, HistoryIcon, RefreshIcon, Select, StarsShown, Table, type Column } from "../../ui";
import { chosenCount, FilterBar } from "../frame/filter_bar";
import { ListFrame } from "../frame/list_frame";
import { PageHead } from "../frame/page_head";
import { useParts } from "../frame/parts";
import { openSession } from "../frame/route";
import { usePaged } from "../frame/use_paged";
import { languageName, sessionStatusName, sessionStatusTone } from "../names";
import { boardText, sessionText } from "../texts";
import { isFiltered, noFilters, queryOf, type SessionFilters } from "./filters";

const STATUSES: readonly SessionStatus[] = ["bot", "queued", "active", "ended"];
const SCORES = ["5", "4", "3", "2", "1"] as const;
const PAGE = 50;

export function SessionsPage() {
  const t = sessionText.value;
  const { api } = useParts();
  const filters = useSignal<SessionFilters>(noFilters);
  const list = usePaged<Session>(
    (cursor) => api.get<Listing<Session>>("/api/sessions", { ...queryOf(filters.peek()), limit: PAGE, cursor }),
    filters.value,
  );
  const set = (change: Partial<SessionFilters>): void => {
    filters.value = { ...filters.value, ...change };
  };
  return (
    <>
      <PageHead title={boardText.value.pages.sessions} about={t.sessionsAbout}>
        <Button onClick={() => void list.load()} testid="reload">
          <RefreshIcon />
          {t.reload}
        </Button>
      </PageHead>
      <Filters filters={filters.value} onChange={set} onClear={() => (filters.value = noFilters)} />
      <ListFrame list={list}>
        {(sessions) => (
          <Table
            caption={boardText.value.pages.sessions}
            rows={sessions}
            row_key={(one) => one.id}
            row_testid="session-row"
            testid="sessions"
            onSelect={(one) => openSession(one.id)}
            columns={columns(set)}
            empty={
              <EmptyState title={isFiltered(filters.value) ? t.nothingFound : t.noSessions} icon={<HistoryIcon />} testid="sessions-empty">
                {isFiltered(filters.value) && <Button onClick={() => (filters.value = noFilters)}>{t.clearFilters}</Button>}
              </EmptyState>
            }
          />
        )}
      </ListFrame>
    </>
  );
}

interface FiltersProps {
  filters: SessionFilters;
  onChange: (change: Partial<SessionFilters>) => void;
  onClear: () => void;
}

function Filters({ filters, onChange, onClear }: FiltersProps) {
  const t = sessionText.value;
  const { directory } = useParts();
  const everything = { value: "", label: boardText.value.all };
  const consultants = directory.everybody.value.map((one) => ({ value: one.id as string, label: one.name }));
  return (
    <FilterBar chosen={chosenCount(filters)}>
      <Select
        label={t.status}
        testid="filter-status"
        value={filters.status}
        options={[everything, ...STATUSES.map((value) => ({ value, label: sessionStatusName(value) }))]}
        onChange={(status) => onChange({ status: status as SessionFilters["status"] })}
      />
      <Select
        label={t.consultant}
        testid="filter-consultant"
        value={filters.consultant}
        options={[everything, ...consultants]}
        onChange={(consultant) => onChange({ consultant })}
      />
      <Select
        label={t.rating}
        testid="filter-rating"
        value={filters.rating}
        options={[everything, ...SCORES.map((value) => ({ value, label: t.stars({ count: value }) }))]}
        onChange={(rating) => onChange({ rating: rating as SessionFilters["rating"] })}
      />
      <Field label={t.tag} testid="filter-tag" value={filters.tag} onInput={(tag) => onChange({ tag })} />
      <Field label={t.userId} testid="filter-user" value={filters.user} onInput={(user) => onChange({ user })} />
      <Field label={t.from} type="date" testid="filter-from" value={filters.from} onInput={(from) => onChange({ from })} />
      <Field label={t.to} type="date" testid="filter-to" value={filters.to} onInput={(to) => onChange({ to })} />
      {isFiltered(filters) && (
        <Button kind="quiet" onClick={onClear} testid="clear-filters">
          {t.clearFilters}
        </Button>
      )}
    </FilterBar>
  );
}

function columns(set: (change: Partial<SessionFilters>) => void): readonly Column<Session>[] {
  const t = sessionText.value;
  return [
    { key: "user", label: t.user, show: (one) => <UserCell session={one} onOnly={() => set({ user: one.user.id })} /> },
    {
      key: "status",
      label: t.status,
      show: (one) => <Badge tone={sessionStatusTone(one.status)}>{sessionStatusName(one.status)}</Badge>,
    },
    { key: "consultant", label: t.consultant, show: (one) => one.consultant?.name ?? "–" },
    { key: "language", label: t.language, is_extra: true, show: (one) => languageName(one.language) },
    { key: "tags", label: t.tags, is_extra: true, show: (one) => <TagsCell tags={one.tags} /> },
    { key: "rating", label: t.rating, is_extra: true, show: (one) => (one.rating === undefined ? "–" : <StarsShown value={one.rating.score} />) },
    { key: "began", label: t.began, is_extra: true, show: (one) => <time dateTime={one.created_at}>{formatMoment(one.created_at)}</time> },
  ];
}

function UserCell({ session, onOnly }: { session: Session; onOnly: () => void }) {
  const t = sessionText.value;
  return (
    <span class="cell-main">
      <span class="cell-line">
        <button
          type="button"
          class="link-button"
          onClick={(event) => {
            event.stopPropagation();
            openSession(session.id);
          }}
        >
          {session.user.name}
        </button>
        <button
          type="button"
          class="link-button link-button--faint"
          onClick={(event) => {
            event.stopPropagation();
            onOnly();
          }}
        >
          {t.onlyThisUser}
        </button>
      </span>
      {session.topic !== undefined && <span class="quiet">{session.topic}</span>}
    </span>
  );
}

function TagsCell({ tags }: { tags: readonly string[] }) {
  return (
    <span class="cell-tags">
      {tags.map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
    </span>
  );
}
