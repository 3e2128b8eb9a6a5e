/**
 * One session as this device knows it: a pure reducer over the log, the unsent messages and the hints.
 *
 * The log part is always the dense run `first_seq … last_seq`: messages are applied strictly in `seq` order, what
 * is already known is dropped, and what comes after a gap waits in `ahead` until a sync filled the gap.
 */

import type { Outgoing } from "./outgoing";
import type { ClientMessageId, Epoch, Message, Page, PersonId, QueuePlace, Receipt, Receipts, Sender, Session, SessionId, Timestamp } from "./wire";
import type { TailHint } from "./wire_events";

export const TYPING_LASTS_MS = 6_000;
/** More than this ahead of a gap is not worth keeping: the sync brings it again. */
const AHEAD_LIMIT = 200;

export interface Typist {
  from: Sender;
  until_ms: number;
}

export interface SessionLog {
  id: SessionId;
  self_id: PersonId;
  session: Session | null;
  epoch: Epoch | null;
  /** 0 while nothing is loaded. */
  first_seq: number;
  last_seq: number;
  messages: readonly Message[];
  ahead: readonly Message[];
  /** The highest seq that is known to exist. */
  tail_seq: number;
  /** False from every (re)connect until the first sync after it: nothing is resent before. */
  is_synced: boolean;
  needs_sync: boolean;
  outgoing: readonly Outgoing[];
  /** Sending rests until then (rate limit), milliseconds of this device's clock. */
  resume_sending_ms: number;
  receipts: Receipts;
  typists: readonly Typist[];
}

/** An answer to a sync, or the first look that a start or an accept brings. */
export type LogPage = Pick<Page, "session" | "messages" | "reset">;

export type SessionLogAction =
  | { type: "connected" }
  | { type: "lost" }
  | { type: "session"; session: Session }
  | { type: "message"; message: Message }
  | { type: "page"; page: LogPage }
  | { type: "older"; messages: readonly Message[] }
  | { type: "tail"; hint: TailHint }
  | { type: "queue"; place: QueuePlace }
  | { type: "receipt"; by: "user" | "consultant"; receipt: Receipt }
  | { type: "typing"; from: Sender; on: boolean; now_ms: number }
  | { type: "tick"; now_ms: number }
  | { type: "compose"; message: Outgoing }
  | { type: "sending"; cmid: ClientMessageId }
  | { type: "acknowledged"; cmid: ClientMessageId; seq: number; created_at: Timestamp }
  | { type: "unknown_outcome"; cmid: ClientMessageId; resume_sending_ms?: number }
  | { type: "refused"; cmid: ClientMessageId; code: string }
  | { type: "retry"; cmid: ClientMessageId; fresh_cmid: ClientMessageId }
  | { type: "discard"; cmid: ClientMessageId };

const NO_RECEIPTS: Receipts = { user: { delivered: 0, read: 0 }, consultant: { delivered: 0, read: 0 } };

export function emptyLog(id: SessionId, self_id: PersonId, outgoing: readonly Outgoing[] = []): SessionLog {
  return {
    id,
    self_id,
    session: null,
    epoch: null,
    first_seq: 0,
    last_seq: 0,
    messages: [],
    ahead: [],
    tail_seq: 0,
    is_synced: false,
    needs_sync: true,
    outgoing,
    resume_sending_ms: 0,
    receipts: NO_RECEIPTS,
    typists: [],
  };
}

/** The next state; the same object when nothing changed. */
export function reduceLog(log: SessionLog, action: SessionLogAction): SessionLog {
  switch (action.type) {
    case "connected":
      return { ...log, is_synced: false, needs_sync: true };
    case "lost":
      return { ...log, is_synced: false, typists: [], outgoing: log.outgoing.map(toUnknown) };
    case "session":
      return withSession(log, action.session);
    case "message":
      return withLiveMessage(log, action.message);
    case "page":
      return withPage(log, action.page);
    case "older":
      return withOlder(log, action.messages);
    case "tail":
      return withTail(log, action.hint.epoch, action.hint.last_seq);
    case "queue":
      return log.session === null ? log : { ...log, session: { ...log.session, queue: action.place } };
    case "receipt":
      return withReceipts(log, { ...NO_RECEIPTS, [action.by]: action.receipt });
    case "typing":
      return withTyping(log, action.from, action.on ? action.now_ms + TYPING_LASTS_MS : null);
    case "tick":
      return withoutExpiredTypists(log, action.now_ms);
    default:
      return withOutgoing(log, action);
  }
}

/** What may be sent now: the oldest unsent message, if nothing is in flight and the log is in step. */
export function nextToSend(log: SessionLog, now_ms: number): Outgoing | null {
  if (!log.is_synced || log.session?.status === "ended" || now_ms < log.resume_sending_ms) return null;
  if (log.outgoing.some((item) => item.state === "sending")) return null;
  return log.outgoing.find((item) => item.state === "waiting") ?? null;
}

export function hasOlder(log: SessionLog): boolean {
  return log.first_seq > 1;
}

type OutgoingAction = Extract<
  SessionLogAction,
  { type: "compose" | "sending" | "acknowledged" | "unknown_outcome" | "refused" | "retry" | "discard" }
>;

function withOutgoing(log: SessionLog, action: OutgoingAction): SessionLog {
  switch (action.type) {
    case "compose":
      return { ...log, outgoing: [...log.outgoing, action.message] };
    case "sending":
      return changed(log, action.cmid, (item) => ({ ...item, state: "sending" }));
    case "acknowledged":
      return withAck(log, action.cmid, action.seq, action.created_at);
    case "unknown_outcome":
      return {
        ...changed(log, action.cmid, toUnknown),
        resume_sending_ms: Math.max(log.resume_sending_ms, action.resume_sending_ms ?? 0),
      };
    case "refused":
      return changed(log, action.cmid, (item) => ({ ...item, state: "failed", failure: action.code }));
    case "retry":
      return withRetry(log, action.cmid, action.fresh_cmid);
    case "discard":
      return { ...log, outgoing: log.outgoing.filter((item) => item.cmid !== action.cmid) };
  }
}

function changed(log: SessionLog, cmid: ClientMessageId, change: (item: Outgoing) => Outgoing): SessionLog {
  return { ...log, outgoing: log.outgoing.map((item) => (item.cmid === cmid ? change(item) : item)) };
}

function toUnknown(item: Outgoing): Outgoing {
  return item.state === "sending" ? { ...item, state: "waiting" } : item;
}

function withAck(log: SessionLog, cmid: ClientMessageId, seq: number, created_at: Timestamp): SessionLog {
  if (seq <= log.last_seq && seq >= log.first_seq && log.first_seq > 0) {
    // The log was faster than the ack.
    return { ...log, outgoing: log.outgoing.filter((item) => item.cmid !== cmid) };
  }
  const acknowledged = changed(log, cmid, (item) => ({ ...item, state: "sent", seq, created_at }));
  return { ...acknowledged, tail_seq: Math.max(log.tail_seq, seq) };
}

/** A finally refused message is in the log zero times, so it is sent again as a new one, behind what waits. */
function withRetry(log: SessionLog, cmid: ClientMessageId, fresh: ClientMessageId): SessionLog {
  const failed = log.outgoing.find((item) => item.cmid === cmid && item.state === "failed");
  if (failed === undefined) return log;
  const { failure: _failure, seq: _seq, ...rest } = failed;
  const others = log.outgoing.filter((item) => item.cmid !== cmid);
  return { ...log, outgoing: [...others, { ...rest, cmid: fresh, state: "waiting" }] };
}

function withSession(log: SessionLog, session: Session): SessionLog {
  const next = withReceipts({ ...log, session: newerSession(log.session, session) }, session.receipts);
  const ended = session.status === "ended" ? withUnsendable(next) : next;
  return withTail(ended, session.epoch, session.last_seq);
}

/** A page can be older than a push that overtook it: an ended session stays ended, a shorter log is older. */
function newerSession(held: Session | null, incoming: Session): Session {
  if (held === null || held.epoch !== incoming.epoch) return incoming;
  if (incoming.last_seq < held.last_seq) return held;
  return incoming;
}

function withUnsendable(log: SessionLog): SessionLog {
  const outgoing = log.outgoing.map((item) =>
    item.state === "waiting" ? { ...item, state: "failed" as const, failure: "session_ended" } : item,
  );
  return { ...log, outgoing };
}

function withTail(log: SessionLog, epoch: Epoch, last_seq: number): SessionLog {
  if (log.epoch !== null && log.epoch !== epoch) return { ...log, needs_sync: true };
  const tail_seq = Math.max(log.tail_seq, last_seq);
  const is_behind = tail_seq > log.last_seq;
  if (tail_seq === log.tail_seq && (log.needs_sync || !is_behind)) return log;
  return { ...log, tail_seq, needs_sync: log.needs_sync || is_behind };
}

function withLiveMessage(log: SessionLog, message: Message): SessionLog {
  if (log.epoch !== null && message.epoch !== log.epoch) return { ...log, needs_sync: true };
  if (log.epoch === null) return { ...keptAhead(log, message), needs_sync: true };
  return applied(log, message);
}

function withPage(log: SessionLog, page: LogPage): SessionLog {
  const base = page.reset && log.epoch !== null ? restarted(log) : log;
  const { epoch, last_seq } = page.session;
  const first = page.messages[0]?.seq ?? last_seq + 1;
  const anchor = { epoch, first_seq: first, last_seq: first - 1 };
  const ahead = base.ahead.filter((message) => message.epoch === epoch);
  let next: SessionLog = base.epoch === null ? { ...base, ...anchor, ahead } : { ...base, ahead };
  for (const message of page.messages) next = applied(next, message);
  next = drained(next);
  const is_whole = next.last_seq >= last_seq;
  return withSession({ ...next, is_synced: is_whole, needs_sync: !is_whole || next.ahead.length > 0 }, page.session);
}

/** Another epoch: the log was rebuilt. What was acknowledged in the old one is sent again; the cmid keeps it single. */
function restarted(log: SessionLog): SessionLog {
  const outgoing = log.outgoing.map((item) => (item.state === "sent" ? { ...item, state: "waiting" as const } : item));
  return { ...emptyLog(log.id, log.self_id, outgoing), resume_sending_ms: log.resume_sending_ms };
}

function withOlder(log: SessionLog, messages: readonly Message[]): SessionLog {
  const older = [...messages].sort((one, other) => one.seq - other.seq);
  const kept: Message[] = [];
  let expected = log.first_seq - 1;
  for (const message of older.reverse()) {
    if (message.seq !== expected) continue;
    kept.push(message);
    expected -= 1;
  }
  if (kept.length === 0) return log;
  return { ...log, messages: [...kept.reverse(), ...log.messages], first_seq: expected + 1 };
}

function applied(log: SessionLog, message: Message): SessionLog {
  if (message.seq <= log.last_seq) return log;
  if (message.seq > log.last_seq + 1) return { ...keptAhead(log, message), needs_sync: true };
  return drained(appended(log, message));
}

function appended(log: SessionLog, message: Message): SessionLog {
  const messages = [...withRecall(log.messages, message), message];
  return {
    ...log,
    messages,
    first_seq: log.first_seq === 0 ? message.seq : log.first_seq,
    last_seq: message.seq,
    tail_seq: Math.max(log.tail_seq, message.seq),
    outgoing: log.outgoing.filter((item) => !isSameMessage(log, item, message)),
    typists: log.typists.filter((typist) => typist.from.id !== message.from.id),
  };
}

/** A cmid is unique for its sender only, so somebody else's message never settles ours. */
function isSameMessage(log: SessionLog, item: Outgoing, message: Message): boolean {
  return item.cmid === message.cmid && (message.from.id === log.self_id || item.seq === message.seq);
}

function withRecall(messages: readonly Message[], message: Message): readonly Message[] {
  if (message.data?.event !== "recalled") return messages;
  const recalled_seq = message.data.seq;
  return messages.map((other) =>
    other.seq === recalled_seq ? { ...other, text: "", data: { ...other.data, recalled: true } } : other,
  );
}

function keptAhead(log: SessionLog, message: Message): SessionLog {
  const known = log.ahead.some((other) => other.seq === message.seq);
  if (known || log.ahead.length >= AHEAD_LIMIT) return log;
  const ahead = [...log.ahead, message].sort((one, other) => one.seq - other.seq);
  return { ...log, ahead, tail_seq: Math.max(log.tail_seq, message.seq) };
}

function drained(log: SessionLog): SessionLog {
  let next = log;
  while (next.ahead.length > 0) {
    const [head, ...rest] = next.ahead as [Message, ...Message[]];
    if (head.seq > next.last_seq + 1) break;
    const without: SessionLog = { ...next, ahead: rest };
    next = head.seq <= next.last_seq || head.epoch !== next.epoch ? without : appended(without, head);
  }
  return next;
}

/** Receipts are cumulative: they only grow. */
function withReceipts(log: SessionLog, incoming: Receipts | undefined): SessionLog {
  if (incoming === undefined) return log;
  const receipts = {
    user: higher(log.receipts.user, incoming.user),
    consultant: higher(log.receipts.consultant, incoming.consultant),
  };
  return { ...log, receipts };
}

function higher(one: Receipt, other: Receipt | undefined): Receipt {
  if (other === undefined) return one;
  return {
    delivered: Math.max(one.delivered, other.delivered, other.read),
    read: Math.max(one.read, other.read),
  };
}

function withTyping(log: SessionLog, from: Sender, until_ms: number | null): SessionLog {
  const others = log.typists.filter((typist) => typist.from.id !== from.id);
  if (until_ms === null || from.id === log.self_id) return { ...log, typists: others };
  return { ...log, typists: [...others, { from, until_ms }] };
}

function withoutExpiredTypists(log: SessionLog, now_ms: number): SessionLog {
  const typists = log.typists.filter((typist) => typist.until_ms > now_ms);
  return typists.length === log.typists.length ? log : { ...log, typists };
}
