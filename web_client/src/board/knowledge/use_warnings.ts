/** Looks, while somebody types an entry, for others that ask the same or answer otherwise; never in the way. */

import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useParts } from "../frame/parts";
import type { SimilarEntry } from "../payloads";
import { cleaned, type EntryForm } from "./entry_form";

const TYPING_PAUSE_MS = 600;
const FEWEST_CHARACTERS = 3;

export function useWarnings(form: EntryForm, entry_id: string | undefined): ReadonlySignal<readonly SimilarEntry[]> {
  const { api } = useParts();
  const found = useSignal<readonly SimilarEntry[]>([]);
  const asked = useRef(0);
  const { question, alternatives, answer, language } = cleaned(form);
  const body = JSON.stringify({ id: entry_id, question, alternatives, answer, language });
  const is_long_enough = question.length >= FEWEST_CHARACTERS;
  useEffect(() => {
    asked.current += 1;
    const number = asked.current;
    if (!is_long_enough) {
      found.value = [];
      return undefined;
    }
    const look = async (): Promise<void> => {
      // Without a model, or beyond a limit, there is simply nothing to say.
      const answered = await api.post<{ similar: SimilarEntry[] }>("/api/faq/check", JSON.parse(body)).catch(() => null);
      if (number === asked.current) found.value = (answered?.similar ?? []).filter(isWorthSaying);
    };
    const timer = setTimeout(() => void look(), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [body]);
  return found;
}

/** An entry that merely comes near is no news, unless it says the opposite. */
function isWorthSaying(similar: SimilarEntry): boolean {
  return similar.kind !== "near" || similar.contradictions.length > 0;
}
