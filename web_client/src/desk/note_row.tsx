/** A note among the messages: plainly no message, and plainly not for the user. */

import { formatTime } from "../core/i18n";
import type { Note } from "../core/wire";
import { LinkedText, NoteIcon } from "../ui";
import { deskText } from "./texts";

export function NoteRow({ note }: { note: Note }) {
  const t = deskText.value;
  return (
    <aside class="note" aria-label={t.noteBy({ name: note.from.name })} data-testid="note" data-note={note.id}>
      <p class="note__head">
        <NoteIcon />
        <span class="note__by">{t.noteBy({ name: note.from.name })}</span>
        <span>{t.onlyStaff}</span>
        <time dateTime={note.created_at}>{formatTime(note.created_at)}</time>
      </p>
      <p class="note__text" dir="auto">
        <LinkedText text={note.text} />
      </p>
    </aside>
  );
}
