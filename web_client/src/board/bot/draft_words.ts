/** What an admin types into a draft, and how it is sent. */

import type { Language } from "../../core/wire";
import type { Draft } from "./payloads";

export interface DraftWords {
  question: string;
  /** One a line. */
  alternatives: string;
  answer: string;
  category: string;
  language: Language;
}

export interface DraftBody extends Omit<DraftWords, "alternatives"> {
  alternatives: string[];
}

export function wordsOf(draft: Draft): DraftWords {
  const { question, alternatives, answer, category, language } = draft;
  return { question, alternatives: alternatives.join("\n"), answer, category, language };
}

/** Blank lines and blanks around a line are no change. */
export function sameWords(one: DraftWords, other: DraftWords): boolean {
  return JSON.stringify(bodyOf(one)) === JSON.stringify(bodyOf(other));
}

export function bodyOf(words: DraftWords): DraftBody {
  const { question, alternatives, answer, category, language } = words;
  const lines = alternatives.split("\n").map((line) => line.trim());
  return {
    question: question.trim(),
    alternatives: lines.filter((line) => line !== ""),
    answer: answer.trim(),
    category: category.trim(),
    language,
  };
}

/** Whether it could be published at all. */
export function hasWords(words: DraftWords): boolean {
  return words.question.trim() !== "" && words.answer.trim() !== "";
}
