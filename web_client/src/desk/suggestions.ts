/** Answers from the knowledge base for the conversations on the desk; they only ever go into the composer. */

import { signal } from "@preact/signals";
import type { Connection } from "../core/connection";
import type { SessionId, Suggestion } from "../core/wire";

/** A user often writes several lines at once: the last of them is asked about. */
const PATIENCE_MS = 600;

export interface Suggested {
  /** The user's message that they answer. */
  seq: number;
  items: readonly Suggestion[];
  is_dismissed: boolean;
}

export class Suggestions {
  private readonly connection: Connection;
  private readonly held = signal<ReadonlyMap<SessionId, Suggested>>(new Map());
  private readonly asking = signal<SessionId | null>(null);
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  of(id: SessionId): Suggested | null {
    return this.held.value.get(id) ?? null;
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

  /** For `text`, or for the user's last message where it is empty. Rejects with a `WireError`. */
  async ask(id: SessionId, seq: number, text: string): Promise<void> {
    this.asking.value = id;
    try {
      const { suggestions } = await this.connection.emit("session:suggest", { session_id: id, text });
      this.keep(id, { seq, items: suggestions, is_dismissed: false });
    } finally {
      this.asking.value = null;
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
