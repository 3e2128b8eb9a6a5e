/** What is typed into the form of a knowledge entry: checked, turned into a request, and kept through conflicts. */

import type { Entry, EntryStatus } from "../payloads";
import type { Language } from "../../core/wire";

export const MOST_QUESTION = 500;
export const MOST_ANSWER = 4_000;
export const MOST_ALTERNATIVES = 50;
export const MOST_CATEGORY = 80;
export const MOST_TAGS = 20;
export const MOST_TAG = 40;

export interface EntryForm {
  question: string;
  alternatives: string[];
  answer: string;
  category: string;
  language: Language;
  tags: string[];
  status: EntryStatus;
}

export type EntryField = keyof EntryForm;
export const ENTRY_FIELDS: readonly EntryField[] = [
  "question",
  "alternatives",
  "answer",
  "category",
  "language",
  "tags",
  "status",
];
export type EntryProblem = "missing" | "too_long" | "too_many";

export function emptyEntry(language: Language): EntryForm {
  return { question: "", alternatives: [""], answer: "", category: "", language, tags: [], status: "published" };
}

export function formOf(entry: Entry): EntryForm {
  const { question, alternatives, answer, category, language, tags, status } = entry;
  return { question, alternatives: [...alternatives], answer, category, language, tags: [...tags], status };
}

/** As the server keeps it: one-line texts without doubled blanks, rows without empty ones. */
export function cleaned(form: EntryForm): EntryForm {
  const question = oneLine(form.question);
  const rows = form.alternatives.map(oneLine).filter((row) => row !== "" && row !== question);
  return {
    ...form,
    question,
    alternatives: [...new Set(rows)],
    answer: form.answer.trim(),
    category: oneLine(form.category),
    tags: [...new Set(form.tags.map(oneLine).filter((tag) => tag !== ""))],
  };
}

export function problemsOf(form: EntryForm): Partial<Record<EntryField, EntryProblem>> {
  const { question, alternatives, answer, category, tags } = cleaned(form);
  const problems: Partial<Record<EntryField, EntryProblem>> = {};
  if (question === "") problems.question = "missing";
  else if (lengthOf(question) > MOST_QUESTION) problems.question = "too_long";
  if (answer === "") problems.answer = "missing";
  else if (lengthOf(answer) > MOST_ANSWER) problems.answer = "too_long";
  if (alternatives.some((row) => lengthOf(row) > MOST_QUESTION)) problems.alternatives = "too_long";
  else if (alternatives.length > MOST_ALTERNATIVES) problems.alternatives = "too_many";
  if (lengthOf(category) > MOST_CATEGORY) problems.category = "too_long";
  if (tags.some((tag) => lengthOf(tag) > MOST_TAG)) problems.tags = "too_long";
  else if (tags.length > MOST_TAGS) problems.tags = "too_many";
  return problems;
}

export interface Rebased {
  form: EntryForm;
  /** Changed by both sides, differently: the form keeps what was typed here. */
  disputed: EntryField[];
}

/** After somebody else saved: their fields where this side changed nothing, this side's where it did. */
export function rebased(typed: EntryForm, opened: EntryForm, stored: EntryForm): Rebased {
  const form = { ...stored };
  const disputed: EntryField[] = [];
  for (const field of ENTRY_FIELDS) {
    if (isSame(typed, opened, field)) continue;
    Object.assign(form, { [field]: typed[field] });
    if (!isSame(stored, opened, field) && !isSame(stored, typed, field)) disputed.push(field);
  }
  return { form, disputed };
}

export function hasChanged(typed: EntryForm, opened: EntryForm): boolean {
  return ENTRY_FIELDS.some((field) => !isSame(typed, opened, field));
}

function isSame(one: EntryForm, other: EntryForm, field: EntryField): boolean {
  return JSON.stringify(cleaned(one)[field]) === JSON.stringify(cleaned(other)[field]);
}

function oneLine(text: string): string {
  return text.split(/\s+/u).filter(Boolean).join(" ");
}

function lengthOf(text: string): number {
  return [...text.normalize("NFC")].length;
}
