/** What this device wants to say and has not seen in the log yet. */

import type { KeyValueStore } from "./storage";
import type { ClientMessageId, MessageData, PersonId, SessionId, Timestamp } from "./wire";

/**
 * `waiting`: not sent, or sent with an unknown outcome; `sending`: unacknowledged; `sent`: acknowledged but not
 * yet received through the log; `failed`: finally refused, kept until the person retries or deletes it.
 */
export type OutgoingState = "waiting" | "sending" | "sent" | "failed";

export interface Outgoing {
  cmid: ClientMessageId;
  kind: "text" | "file";
  text: string;
  data?: MessageData;
  /** This device's clock; the server's time replaces it with the ack. */
  created_at: Timestamp;
  state: OutgoingState;
  seq?: number;
  /** The code of the final refusal. */
  failure?: string;
}

/** Unsent messages and the draft of one session, one storage key each so that tabs do not overwrite each other. */
export class Outbox {
  private readonly store: KeyValueStore;
  private readonly prefix: string;

  /** `session` is `new` before the server gave the session an id. */
  constructor(store: KeyValueStore, person: PersonId, session: SessionId | "new") {
    this.store = store;
    this.prefix = `wenjin.outbox.${person}.${session}.`;
  }

  /** Oldest first. A message that was on its way when the page went counts as unknown and is sent again. */
  load(): Outgoing[] {
    const kept = this.store.keys(this.prefix).map((key) => this.store.read<Outgoing>(key));
    return kept
      .filter((item): item is Outgoing => item !== null && typeof item.cmid === "string")
      .map((item) => (item.state === "failed" ? item : { ...item, state: "waiting" as const }))
      .sort((one, other) => one.created_at.localeCompare(other.created_at));
  }

  /** Writes what changed between two states of the list. */
  save(before: readonly Outgoing[], after: readonly Outgoing[]): void {
    const remaining = new Set(after.filter((item) => item.state !== "sent").map((item) => item.cmid));
    for (const item of before) {
      if (!remaining.has(item.cmid)) this.store.remove(this.prefix + item.cmid);
    }
    for (const item of after) {
      if (item.state !== "sent" && !before.includes(item)) this.store.write(this.prefix + item.cmid, item);
    }
  }

  clear(): void {
    for (const key of this.store.keys(this.prefix)) this.store.remove(key);
  }
}

/** The half-written text of one session. */
export class DraftKeeper {
  private readonly store: KeyValueStore;
  private readonly key: string;

  constructor(store: KeyValueStore, person: PersonId, session: SessionId | "new") {
    this.store = store;
    this.key = `wenjin.draft.${person}.${session}`;
  }

  load(): string {
    return this.store.read<string>(this.key) ?? "";
  }

  save(text: string): void {
    if (text === "") this.store.remove(this.key);
    else this.store.write(this.key, text);
  }
}
