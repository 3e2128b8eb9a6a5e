/** The consultant's desk as state and acts: what is on it, which conversation is open, and what can be done. */

import { computed, signal } from "@preact/signals";
import type { Connection } from "../core/connection";
import { ApiError, WireError } from "../core/failures";
import type { PageParts } from "../core/page";
import { SessionFeed } from "../core/session_feed";
import type { LogPage } from "../core/session_log";
import type { Opened, Person, PersonId, PresenceStatus, Session, SessionId } from "../core/wire";
import { Directory } from "./directory";
import { EMPTY_DESK, reduceDesk, type DeskAction, type HeldOffer } from "./desk_state";
import { Drafts } from "./drafts";
import { pane } from "./layout";
import { NoteBook } from "./note_book";
import { PastReading } from "./past_reading";
import { PastSessions } from "./past_sessions";
import { unreadOf } from "./session_facts";
import { Suggestions } from "./suggestions";

const RETRY_MS = 1_500;

/** What a conversation on screen needs, whether it goes on or is only read. */
export type Reading = Pick<SessionFeed, "id" | "log" | "isLoadingOlder" | "loadOlder">;

export class Desk {
  readonly parts: PageParts;
  readonly person: Person;
  readonly view = signal(EMPTY_DESK);
  readonly feeds = signal<ReadonlyMap<SessionId, SessionFeed>>(new Map());
  readonly selected = signal<SessionId | null>(null);
  /** The code with which the server finally refused to open the desk. */
  readonly refusal = signal<string | null>(null);
  /** The operator's setting, known once the desk is open. */
  readonly mayClaim = signal(false);
  readonly drafts: Drafts;
  readonly notes: NoteBook;
  readonly suggestions: Suggestions;
  readonly directory: Directory;
  readonly past: PastSessions;
  readonly reading = computed<Reading | null>(() => this.openReading());
  readonly feed = computed<SessionFeed | null>(() => this.feeds.value.get(this.selected.value ?? NOTHING) ?? null);
  readonly unread = computed(() => [...this.feeds.value.values()].reduce((sum, feed) => sum + this.unreadIn(feed), 0));
  private readonly pastReading = signal<PastReading | null>(null);
  private readonly stops: (() => void)[] = [];
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private is_opening = false;
  private is_closed = false;

  constructor(parts: PageParts, person: Person) {
    this.parts = parts;
    this.person = person;
    this.drafts = new Drafts(parts.store, person.id);
    this.notes = new NoteBook(parts);
    this.suggestions = new Suggestions(parts.connection);
    this.directory = new Directory(parts.api);
    this.past = new PastSessions(parts.api, person.id);
    this.listen();
  }

  /** Opens a conversation: one of this desk, or a past one that is only read. */
  select(id: SessionId | null): void {
    this.selected.value = id;
    this.parts.store.write(this.selectionKey, id);
    if (id === null) pane.value = "list";
    else {
      this.dispatch({ type: "looked_at", session_id: id });
      void this.notes.load(id);
      if (!this.feeds.peek().has(id)) this.readPast(id);
    }
    this.alignFeeds();
  }

  /** To the next or previous conversation, round and round. */
  step(by: 1 | -1): void {
    const ids = this.view.peek().sessions.map((session) => session.id);
    if (ids.length === 0) return;
    const current = ids.indexOf(this.selected.peek() ?? NOTHING);
    const next = current < 0 ? (by === 1 ? 0 : ids.length - 1) : (current + by + ids.length) % ids.length;
    this.select(ids[next] ?? null);
    if (pane.peek() === "list") pane.value = "talk";
  }

  isMine(id: SessionId): boolean {
    return this.view.value.sessions.some((session) => session.id === id);
  }

  async setPresence(status: PresenceStatus, capacity?: number): Promise<void> {
    const argument = capacity === undefined ? { status } : { status, capacity };
    const { presence } = await this.connection.emit("presence:set", argument);
    this.dispatch({ type: "presence", presence });
  }

  async accept(offer: HeldOffer): Promise<void> {
    const { session_id, fence } = offer;
    await this.settlingOffer(session_id, async () => {
      this.took(await this.connection.emit("offer:accept", { session_id, fence }));
    });
  }

  /** The reason is read by supervisors. */
  async decline(offer: HeldOffer, reason?: string): Promise<void> {
    const { session_id, fence } = offer;
    await this.settlingOffer(session_id, async () => {
      await this.connection.emit("offer:decline", reason === undefined ? { session_id, fence } : { session_id, fence, reason });
      this.dispatch({ type: "offer_gone", session_id });
    });
  }

  async claim(session_id: SessionId): Promise<void> {
    this.took(await this.connection.emit("queue:claim", { session_id }));
  }

  async end(session_id: SessionId): Promise<void> {
    const { session } = await this.connection.emit("session:end", { session_id });
    this.heardOf(session);
  }

  /** Without a person the session goes back to the queue. Rejects with `conflict` or `at_capacity`. */
  async transfer(session_id: SessionId, to: { consultant_id?: PersonId; topic?: string; note?: string }): Promise<void> {
    await this.connection.emit("session:transfer", { session_id, ...to });
    this.select(null);
  }

  async setTags(session_id: SessionId, tags: string[]): Promise<void> {
    const { session } = await this.connection.emit("tags:set", { session_id, tags });
    this.heardOf(session);
  }

  async settleAlarm(session_id: SessionId, seq: number): Promise<void> {
    const { session } = await this.connection.emit("alarm:settle", { session_id, seq });
    this.heardOf(session);
  }

  close(): void {
    this.is_closed = true;
    for (const stop of this.stops) stop();
    for (const timer of this.timers) clearTimeout(timer);
    for (const feed of this.feeds.peek().values()) feed.close();
    this.past.close();
    this.suggestions.close();
  }

  dispatch(action: DeskAction): void {
    if (this.is_closed) return;
    const before = this.view.peek();
    const after = reduceDesk(before, action);
    if (after === before) return;
    this.view.value = after;
    if (after.sessions !== before.sessions) this.sessionsChanged(before.sessions.length > after.sessions.length);
    if (after.needs_open) void this.open();
  }

  private get connection(): Connection {
    return this.parts.connection;
  }

  private get selectionKey(): string {
    return `wenjin.desk.selected.${this.person.id}`;
  }

  private listen(): void {
    const { connection } = this;
    this.stops.push(
      connection.onLost(() => this.dispatch({ type: "lost" })),
      connection.on("desk", (changes) => this.dispatch({ type: "changes", changes })),
      connection.on("offer", (offer) => this.dispatch({ type: "offer", offer, now_ms: Date.now() })),
      connection.on("offer:revoked", ({ session_id }) => this.dispatch({ type: "offer_gone", session_id })),
      connection.on("session", ({ session }) => this.dispatch({ type: "session", session })),
      connection.on("note", ({ note }) => this.notes.heard(note)),
      connection.onConnected(() => this.connected()),
    );
  }

  private connected(): void {
    this.refusal.value = null;
    this.notes.forgetLoaded();
    const id = this.selected.peek();
    if (id !== null) void this.notes.load(id);
    if (id !== null && this.reading.peek() === null) this.readPast(id);
    void this.open();
  }

  private async open(): Promise<void> {
    if (this.is_opening || this.is_closed || this.connection.status.peek() !== "connected") return;
    this.is_opening = true;
    try {
      const is_first = !this.view.peek().is_known;
      const desk = await this.connection.emit("desk:open", {});
      this.mayClaim.value = desk.can_claim;
      this.dispatch({ type: "opened", desk, now_ms: Date.now() });
      void this.past.loadRecent();
      if (is_first) this.restoreSelection();
    } catch (failure) {
      if (failure instanceof WireError && !failure.retry) this.refusal.value = failure.code;
      else this.later(() => void this.open(), RETRY_MS);
      return;
    } finally {
      this.is_opening = false;
    }
    if (this.view.peek().needs_open) void this.open();
  }

  private restoreSelection(): void {
    const id = this.parts.store.read<SessionId>(this.selectionKey);
    const sessions = this.view.peek().sessions;
    if (id !== null) this.select(id);
    else if (sessions[0] !== undefined) this.select(sessions[0].id);
  }

  private took({ session, messages }: Opened): void {
    this.addFeed(session.id, { session, messages, reset: false });
    this.dispatch({ type: "taken", session });
    this.select(session.id);
    pane.value = "talk";
  }

  private heardOf(session: Session): void {
    this.feeds.peek().get(session.id)?.dispatch({ type: "session", session });
    this.dispatch({ type: "session", session });
  }

  private async settlingOffer(session_id: SessionId, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (failure) {
      if (failure instanceof WireError && !failure.retry) this.dispatch({ type: "offer_gone", session_id });
      throw failure;
    }
  }

  private sessionsChanged(has_lost_some: boolean): void {
    for (const session of this.view.peek().sessions) {
      this.addFeed(session.id);
      this.feeds.peek().get(session.id)?.dispatch({ type: "session", session });
    }
    this.alignFeeds();
    if (has_lost_some) this.later(() => void this.past.loadRecent(), RETRY_MS);
  }

  /** Conversations that left the desk are put away, except the one that is being looked at. */
  private alignFeeds(): void {
    const kept = new Set([...this.view.peek().sessions.map((session) => session.id), this.selected.peek()]);
    const gone = [...this.feeds.peek().values()].filter((feed) => !kept.has(feed.id));
    if (gone.length === 0) return;
    for (const feed of gone) feed.close();
    this.feeds.value = new Map([...this.feeds.peek()].filter(([id]) => kept.has(id)));
  }

  private addFeed(id: SessionId, first?: LogPage): void {
    if (this.feeds.peek().has(id)) return;
    const parts = { ...this.parts, id, self_id: this.person.id, reports_as: "consultant" as const };
    const feed = new SessionFeed(first === undefined ? parts : { ...parts, first });
    this.feeds.value = new Map([...this.feeds.peek(), [id, feed]]);
  }

  private readPast(id: SessionId): void {
    if (this.pastReading.peek()?.id === id) return;
    const reading = new PastReading(this.parts.api, id, this.person.id);
    this.pastReading.value = reading;
    reading.open().catch((failure: unknown) => {
      if (this.selected.peek() !== id || this.feeds.peek().has(id)) return;
      this.pastReading.value = null;
      // What is closed to this consultant is put away; what only failed is tried again at the next connect.
      if (failure instanceof ApiError && failure.status !== 0) this.select(null);
    });
  }

  private openReading(): Reading | null {
    const id = this.selected.value;
    if (id === null) return null;
    const past = this.pastReading.value;
    return this.feeds.value.get(id) ?? (past?.id === id ? past : null);
  }

  private unreadIn(feed: SessionFeed): number {
    return this.isMine(feed.id) ? unreadOf(feed.log.value) : 0;
  }

  private later(work: () => void, delay_ms: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.is_closed) work();
    }, delay_ms);
    this.timers.add(timer);
  }
}

const NOTHING = "" as SessionId;
