/** Puts a suggested answer into the composer, behind what stands there; nothing is sent, and undo takes it back. */

import type { SessionId } from "../core/wire";
import type { Desk } from "./desk";

export function composerField(): HTMLTextAreaElement | null {
  return document.querySelector<HTMLTextAreaElement>(".pane--talk textarea[data-testid=composer]");
}

export function insertAnswer(desk: Desk, id: SessionId, answer: string): void {
  const { mode } = desk.drafts;
  desk.suggestions.dismiss(id);
  if (mode.peek() === "reply") write(desk, id, answer);
  else {
    mode.value = "reply";
    // The field is filled with the reply in the next frame.
    requestAnimationFrame(() => write(desk, id, answer));
  }
}

/** As if it were typed: the browser's own undo knows only what was. */
function write(desk: Desk, id: SessionId, answer: string): void {
  const draft = desk.drafts.of(id, "reply").peek();
  const kept = draft.trimEnd();
  const text = kept === "" ? answer : `\n${answer}`;
  const field = composerField();
  field?.focus();
  field?.setSelectionRange(kept.length, draft.length);
  const is_typed = field !== null && field.value === draft && document.execCommand("insertText", false, text);
  if (!is_typed) desk.drafts.write(id, "reply", kept + text);
}
