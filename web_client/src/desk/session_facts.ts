/** What a row of the list says about a conversation: pure questions to its log. */

import type { SessionLog } from "../core/session_log";
import type { Message } from "../core/wire";

/** The user's messages that this consultant has not had on a screen. */
export function unreadOf(log: SessionLog): number {
  const { read } = log.receipts.consultant;
  return log.messages.filter((message) => message.from.role === "user" && message.seq > read).length;
}

/**
 * Since when the user waits for a person, in milliseconds since 1970; null when a person wrote last.
 *
 * It counts from the oldest message that no person has answered. What was said to the bot counts from the moment
 * in which a person was asked for, because until then the bot answered.
 */
export function waitingSinceMs(log: SessionLog): number | null {
  if (log.session?.status !== "active" || log.outgoing.length > 0) return null;
  const answered = log.messages.findLast((message) => isByPerson(message))?.seq ?? 0;
  const asked = log.messages.find((message) => message.from.role === "user" && message.seq > answered);
  if (asked === undefined) return null;
  const queued_ms = answered > 0 ? 0 : Date.parse(log.session.queued_at ?? log.session.created_at);
  return Math.max(Date.parse(asked.created_at), queued_ms);
}

/** The newest thing somebody said, for a line of preview; facts of the system are no words. */
export function lastWordOf(log: SessionLog): Message | null {
  return log.messages.findLast((message) => message.kind !== "system" && message.from.role !== "system") ?? null;
}

/** The seq of the user's newest message; 0 when there is none. */
export function lastQuestionSeq(log: SessionLog): number {
  return log.messages.findLast((message) => message.from.role === "user" && message.data?.recalled !== true)?.seq ?? 0;
}

export type Patience = "calm" | "long" | "too_long";

const LONG_S = 60;
const TOO_LONG_S = 180;

/** How urgent a wait of this length looks. */
export function patienceAfter(waited_s: number): Patience {
  if (waited_s >= TOO_LONG_S) return "too_long";
  return waited_s >= LONG_S ? "long" : "calm";
}

function isByPerson(message: Message): boolean {
  return message.kind !== "system" && (message.from.role === "consultant" || message.from.role === "supervisor");
}
