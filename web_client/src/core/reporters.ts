/** Tells the other side, sparingly, how far this one has received and read, and that it is typing. */

import type { Connection } from "./connection";
import type { SessionId } from "./wire";

const RECEIPT_DELAY_MS = 400;
/** Typing expires on the server after 6 s, so it is said again before that. */
const TYPING_REPEAT_MS = 3_000;
const TYPING_IDLE_MS = 4_000;

/** Cumulative receipts, gathered for a moment so that a burst of messages costs one event. */
export class ReceiptReporter {
  private readonly connection: Connection;
  private readonly session_id: SessionId;
  private readonly is_active: boolean;
  private known = { delivered: 0, read: 0 };
  private told = { delivered: 0, read: 0 };
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(connection: Connection, session_id: SessionId, is_active: boolean) {
    this.connection = connection;
    this.session_id = session_id;
    this.is_active = is_active;
  }

  delivered(seq: number): void {
    if (seq <= this.known.delivered) return;
    this.known.delivered = seq;
    this.schedule();
  }

  /** Everything up to `seq` was on a visible screen. */
  read(seq: number): void {
    if (seq <= this.known.read) return;
    this.known = { delivered: Math.max(seq, this.known.delivered), read: seq };
    this.schedule();
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private schedule(): void {
    if (!this.is_active) return;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.tell();
    }, RECEIPT_DELAY_MS);
  }

  private async tell(): Promise<void> {
    const now = { ...this.known };
    if (now.delivered === this.told.delivered && now.read === this.told.read) return;
    try {
      await this.connection.emit("message:receipt", { session_id: this.session_id, ...now });
      this.told = now;
    } catch {
      // Receipts are cumulative: the next one says all of it.
    }
  }
}

export class TypingReporter {
  private readonly connection: Connection;
  private readonly session_id: SessionId;
  private told_at_ms = 0;
  private idle: ReturnType<typeof setTimeout> | null = null;

  constructor(connection: Connection, session_id: SessionId) {
    this.connection = connection;
    this.session_id = session_id;
  }

  /** Call at every change of the text. */
  typed(): void {
    this.close();
    this.idle = setTimeout(() => this.stop(), TYPING_IDLE_MS);
    if (Date.now() - this.told_at_ms < TYPING_REPEAT_MS) return;
    this.told_at_ms = Date.now();
    this.tell(true);
  }

  stop(): void {
    this.close();
    if (this.told_at_ms === 0) return;
    this.told_at_ms = 0;
    this.tell(false);
  }

  close(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    this.idle = null;
  }

  private tell(on: boolean): void {
    this.connection.emit("typing", { session_id: this.session_id, on }).catch(() => {
      // Typing is a courtesy: it expires by itself.
    });
  }
}
