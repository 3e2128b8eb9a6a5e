/** Remembers on this device which bot answers the person already judged. */

import type { KeyValueStore } from "../core/storage";
import type { SessionId } from "../core/wire";

type Judgements = Readonly<Record<number, boolean>>;

const KEPT_SESSIONS = 20;
const KEY = "wenjin.feedback";

export class FeedbackKeeper {
  private readonly store: KeyValueStore;
  private readonly session_id: SessionId;

  constructor(store: KeyValueStore, session_id: SessionId) {
    this.store = store;
    this.session_id = session_id;
  }

  load(): Judgements {
    return this.all()[this.session_id] ?? {};
  }

  keep(seq: number, helpful: boolean): Judgements {
    const mine = { ...this.load(), [seq]: helpful };
    const others = Object.entries(this.all()).filter(([id]) => id !== this.session_id);
    this.store.write(KEY, Object.fromEntries([...others.slice(1 - KEPT_SESSIONS), [this.session_id, mine]]));
    return mine;
  }

  private all(): Record<string, Judgements> {
    return this.store.read<Record<string, Judgements>>(KEY) ?? {};
  }
}
