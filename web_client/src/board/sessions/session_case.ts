/** One session as a supervisor looks into it: its live log, notes and explanations, and what can be done with it. */

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { newClientMessageId } from "../../core/identifiers";
import { SessionFeed } from "../../core/session_feed";
import type { ClientMessageId, Decline, Explanation, Listing, Note, PersonId, Session, SessionId } from "../../core/wire";
import type { BoardParts } from "../frame/parts";

export class SessionCase {
  readonly id: SessionId;
  readonly feed: SessionFeed;
  private readonly parts: BoardParts;
  private readonly read = signal<Session | null>(null);
  private readonly failed = signal<unknown>(null);
  private readonly noted = signal<readonly Note[] | null>(null);
  private readonly explained = signal<readonly Explanation[] | null>(null);
  private readonly declined = signal<readonly Decline[]>([]);
  private readonly joined = signal(false);
  private readonly stops: (() => void)[] = [];
  /** The same note keeps its id until it is known to be stored. */
  private unsent_note: { cmid: ClientMessageId; text: string } | null = null;

  /** The live one where there is a connection, else as it was read. */
  readonly session = computed(() => this.feed.log.value.session ?? this.read.value);

  /** True once this person entered, even where the log that is loaded does not reach back to it. */
  readonly has_joined = computed(
    () =>
      this.joined.value ||
      this.feed.log.value.messages.some(
        (message) =>
          message.from.id === this.parts.self.id ||
          (message.data?.event === "joined" && message.data["supervisor_id"] === this.parts.self.id),
      ),
  );

  constructor(parts: BoardParts, id: SessionId) {
    const { api, connection, store, self } = parts;
    this.parts = parts;
    this.id = id;
    this.feed = new SessionFeed({ id, self_id: self.id, api, connection, store, reports_as: null });
    this.stops.push(
      connection.on("note", ({ note }) => this.addNote(note)),
      this.watchConsultant(),
    );
    void this.load();
  }

  /** Why the session cannot be shown at all. */
  get failure(): ReadonlySignal<unknown> {
    return this.failed;
  }

  get notes(): ReadonlySignal<readonly Note[] | null> {
    return this.noted;
  }

  /** Newest first; null while they are on their way. */
  get explanations(): ReadonlySignal<readonly Explanation[] | null> {
    return this.explained;
  }

  /** In order. */
  get declines(): ReadonlySignal<readonly Decline[]> {
    return this.declined;
  }

  close(): void {
    this.feed.close();
    for (const stop of this.stops) stop();
  }

  async load(): Promise<void> {
    this.failed.value = null;
    try {
      this.read.value = await this.parts.api.get<Session>(this.path());
      const notes = await this.parts.api.get<Listing<Note>>(this.path("/notes"));
      for (const note of notes.items) this.addNote(note);
      this.noted.value ??= [];
      await this.loadExplanations();
    } catch (failure) {
      this.failed.value = failure;
    }
  }

  async join(): Promise<void> {
    const opened = await this.parts.connection.emit("session:join", { session_id: this.id });
    this.feed.dispatch({ type: "page", page: { ...opened, reset: false } });
    this.joined.value = true;
  }

  /** To a consultant, or without one back to the queue. Rejects with `conflict` or `at_capacity`. */
  async transfer(to: { consultant_id?: PersonId; note: string }): Promise<void> {
    const { session } = await this.parts.connection.emit("session:transfer", { session_id: this.id, ...to });
    this.feed.dispatch({ type: "session", session });
  }

  async setTags(tags: string[]): Promise<void> {
    const { session } = await this.parts.connection.emit("tags:set", { session_id: this.id, tags });
    this.read.value = session;
    this.feed.dispatch({ type: "session", session });
  }

  async settleAlarm(seq: number): Promise<void> {
    const { session } = await this.parts.connection.emit("alarm:settle", { session_id: this.id, seq });
    this.read.value = session;
    this.feed.dispatch({ type: "session", session });
  }

  async writeNote(text: string): Promise<void> {
    if (this.unsent_note?.text !== text) this.unsent_note = { cmid: newClientMessageId(), text };
    const { note } = await this.parts.connection.emit("note:add", { session_id: this.id, ...this.unsent_note });
    this.unsent_note = null;
    this.addNote(note);
  }

  private addNote(note: Note): void {
    if (note.session_id !== this.id) return;
    const others = (this.noted.peek() ?? []).filter((other) => other.id !== note.id);
    this.noted.value = [...others, note].sort((one, other) => one.created_at.localeCompare(other.created_at));
  }

  private async loadExplanations(): Promise<void> {
    const page = await this.parts.api.get<Listing<Explanation>>(this.path("/assignment"));
    const declines = await this.parts.api.get<Listing<Decline>>(this.path("/declines"));
    this.declined.value = declines.items;
    this.explained.value = page.items;
  }

  /** Every new consultant brings a new explanation. */
  private watchConsultant(): () => void {
    let known: string | undefined | null = null;
    return this.feed.log.subscribe((log) => {
      if (log.session === null) return;
      const consultant = log.session.consultant?.id;
      const is_new = known !== null && known !== consultant;
      known = consultant;
      if (is_new) this.loadExplanations().catch(() => undefined);
    });
  }

  private path(part = ""): string {
    return `/api/sessions/${encodeURIComponent(this.id)}${part}`;
  }
}
