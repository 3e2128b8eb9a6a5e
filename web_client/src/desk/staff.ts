/** Who sits at this page: makes a desk when a consultant signs in and puts it away when they leave. */

import { computed, effect, signal } from "@preact/signals";
import { signIn, signOut, type SignInForm } from "../core/account";
import type { PageParts } from "../core/page";
import type { Person, PersonId } from "../core/wire";
import { Desk } from "./desk";

export type Arrival = "signed_in" | "otp_required" | "not_staff";

export class Staff {
  readonly parts: PageParts;
  readonly desk = signal<Desk | null>(null);
  /** True after the server ended the sign-in: the person should know why the desk is gone. */
  readonly wasSignedOut = signal(false);
  /** True while it is being found out who comes in: the door stays on screen until then. */
  readonly isArriving = signal(false);
  readonly person = computed<Person | null>(() => this.parts.api.tokens.credentials.value?.person ?? null);
  private known_id: PersonId | null = null;

  constructor(parts: PageParts) {
    this.parts = parts;
  }

  /** Also notices a sign-in or sign-out in another tab. */
  start(): void {
    effect(() => {
      const person = this.person.value;
      // Deferred: what follows writes signals, and this is the place where they are read.
      queueMicrotask(() => this.become(person));
    });
    effect(() => {
      if (this.parts.connection.refusal.value === "unauthorized") queueMicrotask(() => this.lostSignIn());
    });
  }

  /** Rejects with an `ApiError`. A user's account is signed out at once: behind this door there is nothing for it. */
  async signIn(form: SignInForm): Promise<Arrival> {
    this.isArriving.value = true;
    try {
      const outcome = await signIn(this.parts.api, form);
      if (outcome.kind === "otp_required") return "otp_required";
      this.wasSignedOut.value = false;
      if (outcome.person.role !== "user") return "signed_in";
      await signOut(this.parts.api);
      return "not_staff";
    } finally {
      this.isArriving.value = false;
    }
  }

  async signOut(): Promise<void> {
    await signOut(this.parts.api);
  }

  private become(person: Person | null): void {
    const id = person?.role === "consultant" ? person.id : null;
    if (id === this.known_id) return;
    this.known_id = id;
    this.desk.peek()?.close();
    this.desk.value = null;
    if (person === null || id === null) {
      this.parts.connection.close();
      return;
    }
    this.parts.connection.close();
    this.desk.value = new Desk(this.parts, person);
    this.parts.connection.reopen();
  }

  private lostSignIn(): void {
    this.wasSignedOut.value = true;
    this.parts.api.tokens.clear();
  }
}
