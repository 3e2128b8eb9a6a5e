/** The staff's notes of the conversations that were looked at. */

import { signal } from "@preact/signals";
import { newClientMessageId } from "../core/identifiers";
import type { PageParts } from "../core/page";
import type { ClientMessageId, Listing, Note, SessionId } from "../core/wire";

const NO_NOTES: readonly Note[] = [];

export class NoteBook {
  private readonly parts: PageParts;
  private readonly held = signal<ReadonlyMap<SessionId, readonly Note[]>>(new Map());
  private readonly loaded = new Set<SessionId>();
  /** A note whose outcome is unknown is added again under the id it had. */
  private readonly unsettled = new Map<string, ClientMessageId>();

  constructor(parts: PageParts) {
    this.parts = parts;
  }

  /** Oldest first. */
  of(id: SessionId): readonly Note[] {
    return this.held.value.get(id) ?? NO_NOTES;
  }

  /** Fetches them once a connection; what was missed meanwhile comes with the next. */
  async load(id: SessionId): Promise<void> {
    if (this.loaded.has(id)) return;
    this.loaded.add(id);
    try {
      const { items } = await this.parts.api.get<Listing<Note>>(`/api/sessions/${encodeURIComponent(id)}/notes`);
      this.merge(id, items);
    } catch {
      this.loaded.delete(id);
    }
  }

  heard(note: Note): void {
    this.merge(note.session_id, [note]);
  }

  /** Rejects with a `WireError`; adding the same text again is then harmless. */
  async add(id: SessionId, text: string): Promise<void> {
    const key = `${id} ${text}`;
    const cmid = this.unsettled.get(key) ?? newClientMessageId();
    this.unsettled.set(key, cmid);
    const { note } = await this.parts.connection.emit("note:add", { session_id: id, cmid, text });
    this.unsettled.delete(key);
    this.merge(id, [note]);
  }

  forgetLoaded(): void {
    this.loaded.clear();
  }

  private merge(id: SessionId, notes: readonly Note[]): void {
    const all = mergedNotes(this.held.peek().get(id) ?? NO_NOTES, notes);
    this.held.value = new Map([...this.held.peek(), [id, all]]);
  }
}

/** One of each id, in the order in which they stand in the conversation. */
export function mergedNotes(held: readonly Note[], incoming: readonly Note[]): readonly Note[] {
  const by_id = new Map([...held, ...incoming].map((note) => [note.id, note]));
  return [...by_id.values()].sort(
    (one, other) => one.after_seq - other.after_seq || one.created_at.localeCompare(other.created_at),
  );
}
