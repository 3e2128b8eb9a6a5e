/** Conversations that are over: this consultant's latest, and what a user asked before. */

import { signal } from "@preact/signals";
import type { Api } from "../core/api";
import type { Listing, PersonId, Session } from "../core/wire";

const RECENT = 8;
const OF_USER = 20;

export class PastSessions {
  /** Null until known; empty also where the house keeps past conversations closed. */
  readonly recent = signal<readonly Session[] | null>(null);
  private readonly api: Api;
  private readonly self_id: PersonId;
  private is_closed = false;

  constructor(api: Api, self_id: PersonId) {
    this.api = api;
    this.self_id = self_id;
  }

  async loadRecent(): Promise<void> {
    try {
      const query = { status: "ended", consultant: this.self_id, limit: RECENT };
      const { items } = await this.api.get<Listing<Session>>("/api/sessions", query);
      if (!this.is_closed) this.recent.value = items;
    } catch {
      // A convenience of the list: it is asked for again whenever a conversation ends.
      this.recent.value ??= [];
    }
  }

  /** What this consultant may read of the user, newest first. Rejects with an `ApiError`. */
  async ofUser(user_id: PersonId): Promise<readonly Session[]> {
    const { items } = await this.api.get<Listing<Session>>("/api/sessions", { user: user_id, limit: OF_USER });
    return items;
  }

  close(): void {
    this.is_closed = true;
  }
}
