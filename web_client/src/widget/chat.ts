/** The user's chat as state and acts: who one is, the session that is talked in, and everything one can do to it. */

import { computed, effect, signal } from "@preact/signals";
import { ensureVisitor, signInWithIdentity, signOut } from "../core/account";
import { language } from "../core/i18n";
import { DraftKeeper, type Outgoing } from "../core/outgoing";
import type { PageParts } from "../core/page";
import { SessionFeed } from "../core/session_feed";
import { emptyLog, type LogPage, type SessionLog } from "../core/session_log";
import type { ClientMessageId, Listing, Person, PersonId, Session, SessionId } from "../core/wire";
import { FeedbackKeeper } from "./feedback";
import { Opening, type Started } from "./opening";

const VISITOR_RETRY_MS = 4_000;
/** An ended session is shown again after a reload for this long: long enough to rate it. */
const ENDED_SHOWN_MS = 12 * 3_600_000;
const NOBODY = "" as PersonId;
const NO_SESSION = "new" as SessionId;

export class Chat {
  readonly parts: PageParts;
  readonly feed = signal<SessionFeed | null>(null);
  readonly draft = signal("");
  /** False until it is known whether there is a session to return to. */
  readonly isSettled = signal(false);
  readonly feedback = signal<Readonly<Record<number, boolean>>>({});
  /** True after an account's sign-in was refused: the person should know why the chat looks empty. */
  readonly wasSignedOut = signal(false);
  readonly person = computed<Person | null>(() => this.parts.api.tokens.credentials.value?.person ?? null);
  readonly isAccount = computed(() => this.parts.api.tokens.credentials.value?.origin === "account");
  readonly log = computed<SessionLog>(() => {
    const feed = this.feed.value;
    if (feed !== null) return feed.log.value;
    return emptyLog(NO_SESSION, this.person.value?.id ?? NOBODY, this.opening.value?.outgoing.value ?? []);
  });
  readonly session = computed<Session | null>(() => this.feed.value?.log.value.session ?? null);
  private readonly opening = signal<Opening | null>(null);
  private drafts: DraftKeeper | null = null;
  private feedbacks: FeedbackKeeper | null = null;
  private known_person: PersonId | null = null;
  private known_name: string | null = null;
  private had_account = false;
  private early: string[] = [];

  constructor(parts: PageParts) {
    this.parts = parts;
  }

  /** Comes in: with the embedding page's word, as who one was before, or as a new visitor. */
  async start(identity: string | null): Promise<void> {
    this.watchPerson();
    this.watchConnection();
    if (identity !== null) await this.identify(identity);
    else await this.comeIn();
  }

  async identify(token: string): Promise<void> {
    try {
      await signInWithIdentity(this.parts.api, token);
    } catch {
      // A token that was used up by a reload: the earlier sign-in, or a visitor's, still serves.
      await this.comeIn();
    }
  }

  send(text: string): void {
    const feed = this.feed.peek();
    if (feed !== null && feed.log.peek().session?.status !== "ended") feed.send(text);
    else if (this.opening.peek() === null) this.early.push(text);
    else {
      this.startAnew();
      this.opening.peek()?.send(text);
    }
    this.write("");
  }

  write(text: string): void {
    this.draft.value = text;
    this.drafts?.save(text);
    if (text !== "") this.feed.peek()?.typing.typed();
  }

  retry(cmid: ClientMessageId): void {
    (this.feed.peek() ?? this.opening.peek())?.retry(cmid);
  }

  discard(cmid: ClientMessageId): void {
    (this.feed.peek() ?? this.opening.peek())?.discard(cmid);
  }

  /** Asks for a person, also before anything was said. Rejects with a `WireError`. */
  async askForPerson(): Promise<void> {
    if (this.feed.peek() === null) {
      this.started(await this.parts.connection.emit("session:start", { language: language.peek() }), []);
    }
    const session_id = this.sessionId();
    this.took(await this.parts.connection.emit("session:handoff", { session_id }));
  }

  async leaveQueue(): Promise<void> {
    this.took(await this.parts.connection.emit("session:cancel", { session_id: this.sessionId() }));
  }

  async end(): Promise<void> {
    this.took(await this.parts.connection.emit("session:end", { session_id: this.sessionId() }));
  }

  async rate(session: Session, score: number, comment: string, tags: string[]): Promise<Session> {
    const words = comment.trim() === "" ? {} : { comment: comment.trim() };
    const argument = { session_id: session.id, score, tags, ...words };
    const { rating } = await this.parts.connection.emit("session:rate", argument);
    const rated = { ...session, rating };
    if (this.feed.peek()?.id === session.id) this.took({ session: rated });
    return rated;
  }

  async giveFeedback(seq: number, helpful: boolean): Promise<void> {
    await this.parts.connection.emit("bot:feedback", { session_id: this.sessionId(), seq, helpful });
    this.feedback.value = this.feedbacks?.keep(seq, helpful) ?? {};
  }

  /** Puts the ended session away; the next words begin another. */
  startAnew(): void {
    this.leaveFeed();
    this.parts.store.remove("wenjin.last");
  }

  /** Goes on as a new visitor. */
  async leaveAccount(): Promise<void> {
    this.had_account = false;
    await signOut(this.parts.api);
  }

  /** The server's sessions of this person, newest first. */
  history(cursor: string | null): Promise<Listing<Session>> {
    return this.parts.api.get("/api/sessions", { limit: 20, cursor: cursor ?? undefined });
  }

  /** A feed for looking back; the caller closes it. */
  look(id: SessionId): SessionFeed {
    return this.newFeed(id, null);
  }

  private async comeIn(): Promise<void> {
    try {
      await ensureVisitor(this.parts.api, language.peek());
    } catch {
      setTimeout(() => void this.comeIn(), VISITOR_RETRY_MS);
    }
  }

  /** Also notices a sign-in or sign-out in another tab. */
  private watchPerson(): void {
    effect(() => {
      const { id = null, name = null } = this.person.value ?? {};
      const is_renamed = name !== this.known_name;
      this.known_name = name;
      if (id === this.known_person) {
        // A visitor who registers stays the same person; only a new handshake tells the server the new name.
        if (is_renamed && id !== null) queueMicrotask(() => this.parts.connection.reopen());
        return;
      }
      this.known_person = id;
      // Deferred: what follows writes signals, and this is the place where they are read.
      queueMicrotask(() => this.become(id));
    });
  }

  private become(id: PersonId | null): void {
    this.leaveFeed();
    this.opening.peek()?.close();
    this.opening.value = null;
    this.isSettled.value = false;
    if (id === null) {
      this.parts.connection.close();
      this.wasSignedOut.value = this.had_account;
      void this.comeIn();
      return;
    }
    this.had_account = this.isAccount.peek();
    this.drafts = new DraftKeeper(this.parts.store, id, "new");
    const draft = this.drafts.load();
    if (draft !== "" && this.draft.peek() === "") this.draft.value = draft;
    this.opening.value = new Opening(this.parts.connection, this.parts.store, id, (started, rest) =>
      this.started(started, rest),
    );
    for (const text of this.early.splice(0)) this.opening.peek()?.send(text);
    this.parts.connection.reopen();
    void this.settle(id);
  }

  private watchConnection(): void {
    const { connection } = this.parts;
    connection.on("session", ({ session }) => this.heardOf(session));
    connection.onConnected(() => {
      if (!this.isSettled.peek() && this.known_person !== null) void this.settle(this.known_person);
    });
    effect(() => {
      // Who is nobody any more comes in again as a visitor, see `become`.
      if (connection.refusal.value === "unauthorized") queueMicrotask(() => this.parts.api.tokens.clear());
    });
  }

  /** Another tab or device of this person opened a session. */
  private heardOf(session: Session): void {
    const held = this.session.peek();
    if (session.status === "ended" || (held !== null && held.status !== "ended")) return;
    if (session.user.id === this.known_person && this.feed.peek()?.id !== session.id) this.adopt(session.id);
  }

  private async settle(id: PersonId): Promise<void> {
    try {
      const { items } = await this.history(null);
      if (id !== this.known_person) return;
      const open = items.find((session) => session.status !== "ended");
      const shown = open ?? items.find((session) => this.isFreshlyEnded(session));
      if (shown !== undefined && this.feed.peek() === null) this.adopt(shown.id);
      this.isSettled.value = true;
    } catch {
      // Tried again at the next connect; the chat can be used meanwhile.
      if (this.parts.connection.status.peek() === "connected") this.isSettled.value = true;
    }
  }

  private isFreshlyEnded(session: Session): boolean {
    const is_last = this.parts.store.read<string>("wenjin.last") === session.id;
    return is_last && Date.now() - Date.parse(session.ended_at ?? session.created_at) < ENDED_SHOWN_MS;
  }

  private started(started: Started, rest: readonly Outgoing[]): void {
    const { session, messages } = started;
    if (this.feed.peek()?.id !== session.id) this.adopt(session.id, { session, messages, reset: false });
    for (const item of rest) this.feed.peek()?.send(item.text);
    this.isSettled.value = true;
  }

  private adopt(id: SessionId, first?: LogPage): void {
    this.feed.peek()?.close();
    this.feed.value = this.newFeed(id, "user", first);
    this.feedbacks = new FeedbackKeeper(this.parts.store, id);
    this.feedback.value = this.feedbacks.load();
    this.parts.store.write("wenjin.last", id);
  }

  private newFeed(id: SessionId, reports_as: "user" | null, first?: LogPage): SessionFeed {
    const parts = { ...this.parts, id, self_id: this.known_person ?? NOBODY, reports_as };
    return new SessionFeed(first === undefined ? parts : { ...parts, first });
  }

  private leaveFeed(): void {
    this.feed.peek()?.close();
    this.feed.value = null;
    this.feedback.value = {};
  }

  private took({ session }: { session: Session }): void {
    this.feed.peek()?.dispatch({ type: "session", session });
  }

  private sessionId(): SessionId {
    const feed = this.feed.peek();
    if (feed === null) throw new Error("there is no session");
    return feed.id;
  }
}
