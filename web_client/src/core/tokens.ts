/** Keeps who is signed in, shared between the tabs of one origin. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { KeyValueStore } from "./storage";
import type { Person, Tokens } from "./wire";

/** Users and staff sign in apart: a consultant may try the user's chat in the same browser. */
export type Realm = "user" | "staff";
/** How the person came in; decides whether there is something to sign out of. */
export type Origin = "visitor" | "account" | "identity";

export interface Credentials {
  access_token: string;
  refresh_token: string;
  /** Milliseconds since 1970 by this device's clock. */
  expires_at_ms: number;
  person: Person;
  origin: Origin;
}

export class TokenStore {
  readonly realm: Realm;
  private readonly store: KeyValueStore;
  private readonly held = signal<Credentials | null>(null);

  constructor(realm: Realm, store: KeyValueStore) {
    this.realm = realm;
    this.store = store;
    this.reload();
    store.watch(this.key, () => this.reload());
  }

  private get key(): string {
    return `wenjin.tokens.${this.realm}`;
  }

  get credentials(): ReadonlySignal<Credentials | null> {
    return this.held;
  }

  keep(tokens: Tokens, origin: Origin): Credentials {
    const credentials: Credentials = {
      access_token: tokens.access_token,
      refresh_token: tokens.refresh_token,
      expires_at_ms: Date.now() + tokens.expires_in * 1000,
      // A refresh may come without the person: it cannot have changed.
      person: tokens.user ?? this.held.peek()?.person,
      origin,
    };
    this.held.value = credentials;
    this.store.write(this.key, credentials);
    return credentials;
  }

  clear(): void {
    this.held.value = null;
    this.store.remove(this.key);
  }

  /** Takes over what another tab may have written since. */
  reload(): Credentials | null {
    this.held.value = this.store.read<Credentials>(this.key);
    return this.held.peek();
  }
}
