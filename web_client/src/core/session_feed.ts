/** Keeps one session in step with the server: syncs, sends in order, reports receipts and typing. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { Api } from "./api";
import type { Connection } from "./connection";
import { WireError } from "./failures";
import { newClientMessageId } from "./identifiers";
import { Outbox, type Outgoing } from "./outgoing";
import { ReceiptReporter, TypingReporter } from "./reporters";
import { emptyLog, nextToSend, reduceLog, type LogPage, type SessionLog, type SessionLogAction } from "./session_log";
import type { KeyValueStore } from "./storage";
import type { ClientMessageId, Listing, Message, MessageData, PersonId, SenderRole, SessionId } from "./wire";
import type { ReceiptNotice } from "./wire_events";

/** How many of the newest messages the first look brings. */
const FIRST_LOOK = 50;
const OLDER_PAGE = 50;
const RETRY_MS = 1_500;
/** An acknowledged message that the log has not brought by then was missed. */
const ECHO_PATIENCE_MS = 2_000;
const TYPING_TICK_MS = 1_000;

export interface SessionFeedParts {
  id: SessionId;
  self_id: PersonId;
  api: Api;
  connection: Connection;
  store: KeyValueStore;
  /** The side whose receipts this device reports; supervisors who only look on report none. */
  reports_as: "user" | "consultant" | null;
  first?: LogPage;
}

export class SessionFeed {
  readonly id: SessionId;
  readonly typing: TypingReporter;
  private readonly receipts: ReceiptReporter;
  private readonly parts: SessionFeedParts;
  private readonly outbox: Outbox;
  private readonly state;
  private readonly loadingOlderSignal = signal(false);
  private readonly stops: (() => void)[] = [];
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();
  private syncing = false;
  private closed = false;

  constructor(parts: SessionFeedParts) {
    this.parts = parts;
    this.id = parts.id;
    this.outbox = new Outbox(parts.store, parts.self_id, parts.id);
    this.state = signal<SessionLog>(emptyLog(parts.id, parts.self_id, this.outbox.load()));
    this.receipts = new ReceiptReporter(parts.connection, parts.id, parts.reports_as !== null);
    this.typing = new TypingReporter(parts.connection, parts.id);
    if (parts.first !== undefined) this.dispatch({ type: "page", page: parts.first });
    this.listen();
  }

  get log(): ReadonlySignal<SessionLog> {
    return this.state;
  }

  get isLoadingOlder(): ReadonlySignal<boolean> {
    return this.loadingOlderSignal;
  }

  /** Queues a message; it leaves when its turn comes and survives a reload until then. */
  send(text: string, kind: "text" | "file" = "text", data?: MessageData): ClientMessageId {
    const cmid = newClientMessageId();
    const message: Outgoing = { cmid, kind, text, created_at: new Date().toISOString(), state: "waiting" };
    this.typing.stop();
    this.dispatch({ type: "compose", message: data === undefined ? message : { ...message, data } });
    return cmid;
  }

  retry(cmid: ClientMessageId): void {
    this.dispatch({ type: "retry", cmid, fresh_cmid: newClientMessageId() });
  }

  discard(cmid: ClientMessageId): void {
    this.dispatch({ type: "discard", cmid });
  }

  /** Rejects with a `WireError`, for instance after the two minutes. */
  async recall(seq: number): Promise<void> {
    await this.parts.connection.emit("message:recall", { session_id: this.id, seq });
  }

  /** Everything up to `seq` was on a visible screen; tells the other side where this device reports at all. */
  markRead(seq: number): void {
    const { reports_as } = this.parts;
    if (reports_as === null) return;
    this.receipts.read(seq);
    if (this.state.peek().receipts[reports_as].read >= seq) return;
    this.dispatch({ type: "receipt", by: reports_as, receipt: { delivered: seq, read: seq } });
  }

  /** Loads the page before the oldest known message; rejects with an `ApiError`. */
  async loadOlder(): Promise<void> {
    const before = this.state.peek().first_seq;
    if (before <= 1 || this.loadingOlderSignal.peek()) return;
    this.loadingOlderSignal.value = true;
    try {
      const path = `/api/sessions/${encodeURIComponent(this.id)}/messages`;
      const page = await this.parts.api.get<Listing<Message>>(path, { before, limit: OLDER_PAGE });
      this.dispatch({ type: "older", messages: page.items });
    } finally {
      this.loadingOlderSignal.value = false;
    }
  }

  /** For results of other events that carry the session or its messages. */
  dispatch(action: SessionLogAction): void {
    if (this.closed) return;
    const before = this.state.peek();
    const after = reduceLog(before, action);
    if (after === before) return;
    this.state.value = after;
    if (before.outgoing !== after.outgoing) this.outbox.save(before.outgoing, after.outgoing);
    this.receipts.delivered(after.last_seq);
    if (after.needs_sync) void this.sync();
    this.sendNext();
  }

  close(): void {
    this.closed = true;
    for (const stop of this.stops) stop();
    for (const timer of this.timers) clearTimeout(timer);
    this.receipts.close();
    this.typing.close();
  }

  private listen(): void {
    const { connection } = this.parts;
    const mine = (session_id: SessionId): boolean => session_id === this.id;
    this.stops.push(
      connection.on("message", ({ message }) => {
        if (mine(message.session_id)) this.dispatch({ type: "message", message });
      }),
      connection.on("session", ({ session }) => {
        if (mine(session.id)) this.dispatch({ type: "session", session });
      }),
      connection.on("session:tail", (hint) => {
        if (mine(hint.session_id)) this.dispatch({ type: "tail", hint });
      }),
      connection.on("queue", ({ session_id, ...place }) => {
        if (mine(session_id)) this.dispatch({ type: "queue", place });
      }),
      connection.on("receipt", (notice) => {
        if (mine(notice.session_id)) this.receiptArrived(notice);
      }),
      connection.on("typing", (notice) => {
        if (!mine(notice.session_id)) return;
        this.dispatch({ type: "typing", from: notice.from, on: notice.on, now_ms: Date.now() });
        this.later(() => this.expireTyping(), TYPING_TICK_MS);
      }),
      connection.onLost(() => this.dispatch({ type: "lost" })),
      connection.onConnected(() => this.dispatch({ type: "connected" })),
    );
  }

  private receiptArrived(notice: ReceiptNotice): void {
    const role: SenderRole = typeof notice.by === "string" ? notice.by : notice.by.role;
    const receipt = { delivered: notice.delivered, read: notice.read };
    this.dispatch({ type: "receipt", by: role === "user" ? "user" : "consultant", receipt });
  }

  private expireTyping(): void {
    this.dispatch({ type: "tick", now_ms: Date.now() });
    if (this.state.peek().typists.length > 0) this.later(() => this.expireTyping(), TYPING_TICK_MS);
  }

  private async sync(): Promise<void> {
    const { connection } = this.parts;
    if (this.syncing || this.closed || connection.status.peek() !== "connected") return;
    this.syncing = true;
    const { epoch, last_seq } = this.state.peek();
    const from = epoch === null ? { tail: FIRST_LOOK } : { last: last_seq, epoch };
    let has_progress = false;
    try {
      const page = await connection.emit("session:sync", { session_id: this.id, ...from });
      this.dispatch({ type: "page", page });
      has_progress = page.messages.length > 0;
    } catch (failure) {
      // Not a member any more: whoever owns the feed sees it in its own answers.
      if (failure instanceof WireError && !failure.retry) return;
    } finally {
      this.syncing = false;
    }
    if (has_progress) this.syncAgain();
    else if (this.state.peek().needs_sync) this.later(() => this.syncAgain(), RETRY_MS);
  }

  private syncAgain(): void {
    if (this.state.peek().needs_sync) void this.sync();
  }

  private sendNext(): void {
    if (this.parts.connection.status.peek() !== "connected") return;
    const now_ms = Date.now();
    const next = nextToSend(this.state.peek(), now_ms);
    if (next !== null) void this.sendOne(next);
    const wait_ms = this.state.peek().resume_sending_ms - now_ms;
    if (wait_ms > 0) this.later(() => this.sendNext(), wait_ms);
  }

  private async sendOne(item: Outgoing): Promise<void> {
    const { cmid, text, kind, data } = item;
    this.dispatch({ type: "sending", cmid });
    const argument = { session_id: this.id, cmid, text, kind };
    try {
      const ack = await this.parts.connection.emit("message:send", data === undefined ? argument : { ...argument, data });
      this.dispatch({ type: "acknowledged", cmid, seq: ack.seq, created_at: ack.created_at });
      this.later(() => this.expectEcho(ack.seq), ECHO_PATIENCE_MS);
    } catch (failure) {
      this.sendFailed(cmid, failure instanceof WireError ? failure : WireError.unknown("connection_lost"));
    }
  }

  private sendFailed(cmid: ClientMessageId, failure: WireError): void {
    if (!failure.retry) return this.dispatch({ type: "refused", cmid, code: failure.code });
    // After a loss the sync is pause enough.
    const is_lost = failure.code === "connection_lost" || failure.code === "offline";
    const pause_ms = failure.details.retry_after_ms ?? (is_lost ? 0 : RETRY_MS);
    this.dispatch({ type: "unknown_outcome", cmid, resume_sending_ms: Date.now() + pause_ms });
  }

  private expectEcho(last_seq: number): void {
    const { epoch } = this.state.peek();
    if (epoch !== null) this.dispatch({ type: "tail", hint: { session_id: this.id, epoch, last_seq } });
  }

  private later(work: () => void, delay_ms: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.closed) work();
    }, delay_ms);
    this.timers.add(timer);
  }
}
