/** Words around the knowledge base's files and history, in English. */

import { plural } from "../../core/i18n";

type Counts = { created: number; updated: number; unchanged: number };

export const knowledgeEn = {
  fields: {
    question: "Question",
    alternatives: "Other wordings",
    answer: "Answer",
    category: "Category",
    language: "Language",
    tags: "Tags",
    status: "Status",
  },

  history: "History",
  historyOf: ({ question }: { question: string }) => `History: ${question}`,
  version: ({ version }: { version: number }) => `Version ${version}`,
  current: "Current",
  changes: {
    created: "Created",
    edited: "Edited",
    archived: "Archived",
    restored: ({ version }: { version: number }) => `Version ${version} restored`,
    imported: "Imported",
    import_undone: "Import undone",
  },
  by: ({ name }: { name: string }) => `by ${name}`,
  commandLine: "the command line",
  notKept: "What stood here before was not recorded.",
  nothingChanged: "Nothing was changed.",
  restore: "Restore",
  restoreLabel: ({ version }: { version: number }) => `Restore version ${version}`,
  undoLast: "Undo",
  undoLastLabel: ({ version }: { version: number }) => `Undo version ${version}`,
  restored: ({ version }: { version: number }) => `Version ${version} is in force again`,
  changedMeanwhile: "Somebody has just changed this entry. The history is up to date now; please look again.",

  thresholds: ({ answers, asks }: { answers: string; asks: string }) => `answers from ${answers}, asks back from ${asks}`,
  neverAnswers: ({ asks }: { asks: string }) => `never answers by itself yet, asks back from ${asks}`,

  likeness: {
    duplicate: "An entry much like this exists already",
    conflict: "An entry asks the same and answers differently",
    near: "An entry asks something similar",
  },
  contradicts: "This contradicts another entry",
  similarity: ({ share }: { share: string }) => `${share} alike`,
  clash: ({ what, mine, theirs }: { what: string; mine: string; theirs: string }) =>
    `${what}: “${mine}” here, “${theirs}” there`,
  clashKinds: {
    amount: "Amount",
    duration: "Length of time",
    working_days: "Working days",
    time_of_day: "Time of day",
    share: "Percentage",
    number: "Number",
    weekday: "Days of the week",
    frequency: "How often",
    negation: "Yes or no",
    opposite: "Opposites",
  } as Record<string, string>,

  tryDraft: "Try this entry",
  tryDraftDetail: "As if it were published like this; nothing is saved.",
  thisEntry: "This entry",

  import: "Import",
  importDetail: "A JSON Lines, CSV or Markdown file in UTF-8. You see what changes first; while one line is wrong, nothing is taken.",
  chooseFile: "Choose a file or drop it here",
  checking: "Checking the file",
  wouldImport: ({ created, updated, unchanged }: Counts) => `${created} new, ${updated} changed, ${unchanged} unchanged`,
  emptyFile: "There are no entries in this file.",
  nothingNew: "Everything in this file is already in the knowledge base.",
  kinds: { new: "New", changed: "Changed" },
  moreChanges: ({ count }: { count: number }) =>
    plural(count, { one: "and 1 more change", other: `and ${count} more changes` }),
  imported: ({ created, updated, unchanged }: Counts) => `${created} new, ${updated} changed, ${unchanged} unchanged`,
  importRefused: ({ count }: { count: number }) =>
    plural(count, { one: "1 line is wrong. Nothing will be imported.", other: `${count} lines are wrong. Nothing will be imported.` }),
  line: ({ line }: { line: number }) => `Line ${line}`,
  remarks: {
    missing: ({ field }: { field: string }) => `${field} is missing`,
    not_text: ({ field }: { field: string }) => `${field} must be text`,
    bad_text: ({ field }: { field: string }) => `${field} has characters that can't be stored`,
    not_list: ({ field }: { field: string }) => `${field} must be a list of texts`,
    too_long: ({ field, most }: { field: string; most: string }) => `${field} may have at most ${most} characters`,
    too_many: ({ field, most }: { field: string; most: string }) => `${field}: at most ${most}`,
    same_entry: ({ line }: { line: string }) => `the same entry as in line ${line}`,
    bad_status: "status must be draft, published or archived",
    bad_language: "language must be zh or en",
    bad_id: "id: 1 to 64 letters, digits and . _ : -",
    not_utf8: "this is not UTF-8",
    not_object: 'a line must be an object such as {"question": …, "answer": …}',
    not_json: ({ detail }: { detail: string }) => `not JSON (${detail})`,
    not_csv: ({ detail }: { detail: string }) => `not CSV (${detail})`,
    columns_missing: ({ columns }: { columns: string }) => `the first line must name the columns; missing: ${columns}`,
    columns_doubled: ({ columns }: { columns: string }) => `a column stands twice: ${columns}`,
    too_many_cells: ({ cells, columns }: { cells: string; columns: string }) => `${cells} cells, but the header has ${columns}`,
    text_before_question: "text that belongs to no question; a question is a heading with two signs: ## …",
    property_doubled: ({ field }: { field: string }) => `${field} stands twice`,
  },
  pastImports: "Earlier imports",
  cutShort: "Interrupted",
  cutShortDetail: "Import the same file again to finish, or undo it.",
  undoImport: "Undo",
  undoImportLabel: ({ when }: { when: string }) => `Undo the import of ${when}`,
  undoImportTitle: "Undo this import?",
  undoImportDetail: "New entries are archived, changed ones say again what they said before. Entries edited since stay as they are.",
  importUndone: ({ restored, archived, kept }: { restored: number; archived: number; kept: number }) =>
    `${restored} put back, ${archived} archived, ${kept} left alone`,
  undoneBy: ({ name }: { name: string }) => (name === "" ? "Undone" : `Undone by ${name}`),

  export: "Export",
  exportCsv: "CSV for spreadsheets",
  exportJsonl: "JSON Lines",
  exportMarkdown: "Markdown for text editors",
  exported: "Export saved",
};

export type KnowledgeTexts = typeof knowledgeEn;
