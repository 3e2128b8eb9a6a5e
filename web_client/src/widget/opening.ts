/** The first words, from before the session exists until the server took them. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { Connection } from "../core/connection";
import { WireError } from "../core/failures";
import { language } from "../core/i18n";
import { newClientMessageId } from "../core/identifiers";
import { Outbox, type Outgoing } from "../core/outgoing";
import type { KeyValueStore } from "../core/storage";
import type { ClientMessageId, PersonId } from "../core/wire";
import type { EventResult } from "../core/wire_events";
import { attributes } from "./attributes";

export type Started = EventResult<"session:start">;

const RETRY_MS = 1_500;

export class Opening {
  private readonly connection: Connection;
  private readonly outbox: Outbox;
  private readonly onStarted: (started: Started, rest: readonly Outgoing[]) => void;
  private readonly list = signal<readonly Outgoing[]>([]);
  private readonly stop: () => void;
  private timer: ReturnType<typeof setTimeout> | null = null;

  /** `onStarted` gets the session and what was written after the first message. */
  constructor(
    connection: Connection,
    store: KeyValueStore,
    person: PersonId,
    onStarted: (started: Started, rest: readonly Outgoing[]) => void,
  ) {
    this.connection = connection;
    this.onStarted = onStarted;
    this.outbox = new Outbox(store, person, "new");
    this.list.value = this.outbox.load();
    this.stop = connection.onConnected(() => void this.start());
  }

  get outgoing(): ReadonlySignal<readonly Outgoing[]> {
    return this.list;
  }

  send(text: string): void {
    const cmid = newClientMessageId();
    const item: Outgoing = { cmid, kind: "text", text, created_at: new Date().toISOString(), state: "waiting" };
    this.change([...this.list.peek(), item]);
    void this.start();
  }

  retry(cmid: ClientMessageId): void {
    const again = { cmid: newClientMessageId(), state: "waiting" as const };
    this.change(this.list.peek().map((item) => (item.cmid === cmid ? { ...item, ...again } : item)));
    void this.start();
  }

  discard(cmid: ClientMessageId): void {
    this.change(this.list.peek().filter((item) => item.cmid !== cmid));
  }

  close(): void {
    this.stop();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async start(): Promise<void> {
    const list = this.list.peek();
    const first = list.find((item) => item.state === "waiting");
    const is_busy = list.some((item) => item.state === "sending");
    if (first === undefined || is_busy || this.connection.status.peek() !== "connected") return;
    this.mark(first.cmid, { state: "sending" });
    const topic = attributes.topic === null ? {} : { topic: attributes.topic };
    const price = attributes.price_class === undefined ? {} : { price_class: attributes.price_class };
    const words = { text: first.text, cmid: first.cmid, language: language.peek() };
    try {
      const started = await this.connection.emit("session:start", { ...words, ...topic, ...price });
      const rest = this.list.peek().filter((item) => item.cmid !== first.cmid);
      this.change([]);
      this.onStarted(started, rest);
    } catch (failure) {
      this.failed(first.cmid, failure);
    }
  }

  private failed(cmid: ClientMessageId, failure: unknown): void {
    if (failure instanceof WireError && !failure.retry) {
      this.mark(cmid, { state: "failed", failure: failure.code });
      return;
    }
    this.mark(cmid, { state: "waiting" });
    const pause_ms = failure instanceof WireError ? failure.details.retry_after_ms : undefined;
    this.timer = setTimeout(() => void this.start(), pause_ms ?? RETRY_MS);
  }

  private mark(cmid: ClientMessageId, change: Partial<Outgoing>): void {
    this.change(this.list.peek().map((item) => (item.cmid === cmid ? { ...item, ...change } : item)));
  }

  private change(after: readonly Outgoing[]): void {
    const before = this.list.peek();
    this.list.value = after;
    this.outbox.save(before, after);
  }
}
