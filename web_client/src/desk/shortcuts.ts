/** The keys of the desk. */

import type { Desk } from "./desk";
import type { OpenWindow } from "./desk_screen";
import { composerField, insertAnswer } from "./insertion";
import { pane } from "./layout";

/** Listens until the returned function is called. */
export function listenToShortcuts(desk: Desk, open: OpenWindow): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (event.isComposing || document.querySelector("dialog[open]") !== null) return;
    if (isHandled(event, desk, open)) event.preventDefault();
  };
  addEventListener("keydown", pressed);
  return () => removeEventListener("keydown", pressed);
}

export function focusComposer(): void {
  // After the frame in which the composer may only be about to appear.
  requestAnimationFrame(() => document.querySelector<HTMLElement>(".pane--talk [data-testid=composer]")?.focus());
}

function isHandled(event: KeyboardEvent, desk: Desk, open: OpenWindow): boolean {
  if (event.altKey && !event.ctrlKey && !event.metaKey) return isWithAlt(event, desk);
  if (event.key === "?" && !isWriting(event.target)) {
    open({ name: "shortcuts" });
    return true;
  }
  if (event.key === "ArrowRight" && isAtEndOfReply(event, desk)) return isInserted(desk, 1);
  if (event.key === "Escape" && pane.peek() === "context") {
    pane.value = "talk";
    return true;
  }
  return false;
}

function isWithAlt(event: KeyboardEvent, desk: Desk): boolean {
  if (event.key === "ArrowUp" || event.key === "ArrowDown") {
    desk.step(event.key === "ArrowDown" ? 1 : -1);
    focusComposer();
    return true;
  }
  // By place on the keyboard: with Alt held, some systems put other characters on these keys.
  if (event.code === "KeyN") {
    const { mode } = desk.drafts;
    mode.value = mode.peek() === "note" ? "reply" : "note";
    focusComposer();
    return true;
  }
  const number = /^Digit([1-3])$/.exec(event.code)?.[1];
  return number !== undefined && isInserted(desk, Number(number));
}

/** Where the arrow has nothing to do of its own. A key that is held down is on its way to the end of the line. */
function isAtEndOfReply(event: KeyboardEvent, desk: Desk): boolean {
  const field = composerField();
  if (field === null || event.target !== field || desk.drafts.mode.peek() !== "reply") return false;
  if (event.repeat || event.shiftKey || event.ctrlKey || event.metaKey) return false;
  return field.selectionStart === field.value.length && desk.suggestions.shown(desk.feed.peek()?.id ?? null) !== null;
}

function isInserted(desk: Desk, number: number): boolean {
  const id = desk.feed.peek()?.id;
  const suggestion = id === undefined ? undefined : desk.suggestions.of(id)?.items[number - 1];
  if (id === undefined || suggestion === undefined || !desk.isMine(id)) return false;
  insertAnswer(desk, id, suggestion.answer);
  return true;
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
