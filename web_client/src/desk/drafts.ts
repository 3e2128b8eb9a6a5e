/** Half-written replies and notes, one each for every conversation, kept on the device. */

import { signal, type Signal } from "@preact/signals";
import { DraftKeeper } from "../core/outgoing";
import type { KeyValueStore } from "../core/storage";
import type { PersonId, SessionId } from "../core/wire";

export type DraftKind = "reply" | "note";

export class Drafts {
  /** What the composer writes now. */
  readonly mode = signal<DraftKind>("reply");
  private readonly store: KeyValueStore;
  private readonly person_id: PersonId;
  private readonly held = new Map<string, Signal<string>>();

  constructor(store: KeyValueStore, person_id: PersonId) {
    this.store = store;
    this.person_id = person_id;
  }

  of(id: SessionId, kind: DraftKind): Signal<string> {
    const key = `${kind}.${id}`;
    const known = this.held.get(key);
    if (known !== undefined) return known;
    const draft = signal(this.keeper(id, kind).load());
    this.held.set(key, draft);
    return draft;
  }

  write(id: SessionId, kind: DraftKind, text: string): void {
    this.of(id, kind).value = text;
    this.keeper(id, kind).save(text);
  }

  private keeper(id: SessionId, kind: DraftKind): DraftKeeper {
    const key = kind === "reply" ? id : (`${id}.note` as SessionId);
    return new DraftKeeper(this.store, this.person_id, key);
  }
}
