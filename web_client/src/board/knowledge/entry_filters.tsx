/** Search and filters above the knowledge base. */

import { Field, Select } from "../../ui";
import { chosenCount, FilterBar } from "../frame/filter_bar";
import { entryStatusName, languageName } from "../names";
import type { Entry, EntryStatus } from "../payloads";
import { adminText, boardText } from "../texts";

export type EntryFilterValues = {
  q: string;
  language: "" | "zh" | "en";
  status: "" | EntryStatus;
  category: string;
};

export const noEntryFilters: EntryFilterValues = { q: "", language: "", status: "", category: "" };
export const ENTRY_STATUSES: readonly EntryStatus[] = ["published", "draft", "archived"];

interface EntryFiltersProps {
  values: EntryFilterValues;
  /** Their categories are offered while typing. */
  entries: readonly Entry[];
  onChange: (change: Partial<EntryFilterValues>) => void;
}

export function EntryFilters({ values, entries, onChange }: EntryFiltersProps) {
  const t = adminText.value;
  const everything = { value: "" as const, label: boardText.value.all };
  const categories = [...new Set(entries.map((entry) => entry.category).filter((name) => name !== ""))].sort();
  const chosen = values.category !== "" && !categories.includes(values.category) ? [values.category] : [];
  return (
    <FilterBar chosen={chosenCount(values)}>
      <div class="filters__wide">
        <Field label={t.search} type="search" testid="faq-search" value={values.q} onInput={(q) => onChange({ q })} />
      </div>
      <Select
        label={boardText.value.language}
        testid="filter-language"
        value={values.language}
        options={[everything, ...(["zh", "en"] as const).map((value) => ({ value, label: languageName(value) }))]}
        onChange={(language) => onChange({ language })}
      />
      <Select
        label={t.status}
        testid="filter-status"
        value={values.status}
        options={[everything, ...ENTRY_STATUSES.map((value) => ({ value, label: entryStatusName(value) }))]}
        onChange={(status) => onChange({ status })}
      />
      <Select
        label={t.category}
        testid="filter-category"
        value={values.category}
        options={[everything, ...[...chosen, ...categories].map((value) => ({ value, label: value }))]}
        onChange={(category) => onChange({ category })}
      />
    </FilterBar>
  );
}
