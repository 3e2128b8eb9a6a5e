/** Answers from the knowledge base for the conversations on the desk; they only ever go into the composer. */

import { signal } from "@preact/signals";
import type { Connection } from "../core/connection";
import type { SessionId, Suggestion } from "../core/wire";

/** A user often writes several lines at once: the last of them is asked about. */
const PATIENCE_MS = 600;
/** While the consultant writes: after a pause, not after each key. */
const TYPING_PATIENCE_MS = 400;
const LEAST_DRAFT = 2;

export interface Suggested {
  /** The user's message that they answer. */
  seq: number;
  /** The draft that they go by besides. */
  draft: string;
  items: readonly Suggestion[];
  is_dismissed: boolean;
}

export class Suggestions {
  private readonly connection: Connection;
  private readonly held = signal<ReadonlyMap<SessionId, Suggested>>(new Map());
  private readonly asking = signal<SessionId | null>(null);
  private timer: ReturnType<typeof setTimeout> | null = null;
  private newest_question = 0;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  of(id: SessionId): Suggested | null {
    return this.held.value.get(id) ?? null;
  }

  /** What stands over the composer now. */
  shown(id: SessionId | null): Suggested | null {
    const suggested = id === null ? null : this.of(id);
    return suggested?.is_dismissed === true ? null : suggested;
  }

  isAsking(id: SessionId): boolean {
    return this.asking.value === id;
  }

  /** The user has written message `seq`: asks by itself, after a moment and once. */
  notice(id: SessionId, seq: number): void {
    this.close();
    if (seq === 0 || (this.held.peek().get(id)?.seq ?? 0) >= seq) return;
    this.timer = setTimeout(() => {
      this.ask(id, seq, "").catch(() => {
        // Unasked help may be missing; whoever wants it has a button that says what is wrong.
      });
    }, PATIENCE_MS);
  }

  /** The consultant has changed the draft: asks by itself, after a pause, unless it was hidden for this message. */
  typed(id: SessionId, seq: number, draft: string): void {
    const held = this.held.peek().get(id);
    const is_known = held?.seq === seq;
    const text = draft.trim().length < LEAST_DRAFT ? "" : draft.trim();
    if ((is_known && held.is_dismissed) || (!is_known && text === "")) return;
    this.close();
    if (is_known && held.draft === text) return;
    this.timer = setTimeout(() => {
      this.ask(id, seq, text).catch(() => {
        // As above: what was suggested before stays.
      });
    }, TYPING_PATIENCE_MS);
  }

  /** For the user's last message, and for the draft `text` where there is one. Rejects with a `WireError`. */
  async ask(id: SessionId, seq: number, text: string): Promise<void> {
    this.close();
    const number = ++this.newest_question;
    this.asking.value = id;
    try {
      const { suggestions } = await this.connection.emit("session:suggest", { session_id: id, text });
      if (number === this.newest_question) this.keep(id, { seq, draft: text, items: suggestions, is_dismissed: false });
    } finally {
      if (number === this.newest_question) this.asking.value = null;
    }
  }

  dismiss(id: SessionId): void {
    const suggested = this.held.peek().get(id);
    if (suggested !== undefined) this.keep(id, { ...suggested, is_dismissed: true });
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private keep(id: SessionId, suggested: Suggested): void {
    this.held.value = new Map([...this.held.peek(), [id, suggested]]);
  }
}
