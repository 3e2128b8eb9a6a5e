/** A conversation that is only read: over HTTP, because whoever may read it need not be a member. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { Api } from "../core/api";
import { emptyLog, reduceLog, type SessionLog } from "../core/session_log";
import type { Listing, Message, PersonId, Session, SessionId } from "../core/wire";

const PAGE = 100;

export class PastReading {
  readonly id: SessionId;
  private readonly api: Api;
  private readonly state;
  private readonly loadingOlderSignal = signal(false);

  constructor(api: Api, id: SessionId, self_id: PersonId) {
    this.api = api;
    this.id = id;
    this.state = signal<SessionLog>(emptyLog(id, self_id));
  }

  get log(): ReadonlySignal<SessionLog> {
    return this.state;
  }

  get isLoadingOlder(): ReadonlySignal<boolean> {
    return this.loadingOlderSignal;
  }

  /** Loads the session and its newest messages; rejects with an `ApiError`. */
  async open(): Promise<void> {
    const session = await this.api.get<Session>(this.path);
    const messages = await this.before(session.last_seq + 1);
    this.state.value = reduceLog(this.state.peek(), { type: "page", page: { session, messages, reset: false } });
  }

  async loadOlder(): Promise<void> {
    const { first_seq } = this.state.peek();
    if (first_seq <= 1 || this.loadingOlderSignal.peek()) return;
    this.loadingOlderSignal.value = true;
    try {
      const messages = await this.before(first_seq);
      this.state.value = reduceLog(this.state.peek(), { type: "older", messages });
    } finally {
      this.loadingOlderSignal.value = false;
    }
  }

  private get path(): string {
    return `/api/sessions/${encodeURIComponent(this.id)}`;
  }

  private async before(seq: number): Promise<Message[]> {
    const { items } = await this.api.get<Listing<Message>>(`${this.path}/messages`, { before: seq, limit: PAGE });
    return items;
  }
}
