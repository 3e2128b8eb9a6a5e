/** Arranges a log into what is drawn: day lines, centred system lines, and bubbles in groups. */

import type { Message } from "../core/wire";

export type MessageRow =
  | { kind: "day"; key: string; timestamp: string }
  | { kind: "system"; key: string; message: Message }
  | { kind: "bubble"; key: string; message: Message; is_first: boolean; is_last: boolean };

/** Messages of one sender closer than this stand together. */
const GROUP_GAP_MS = 3 * 60_000;

export function rowsOf(messages: readonly Message[]): MessageRow[] {
  const rows: MessageRow[] = [];
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const after = messages[index + 1];
    if (before === undefined || dayOf(before) !== dayOf(message)) {
      rows.push({ kind: "day", key: `day-${dayOf(message)}-${message.seq}`, timestamp: message.created_at });
    }
    const key = `seq-${message.seq}`;
    // The fact that something was taken back shows in its place, a second line would only repeat it.
    if (message.data?.event === "recalled") return;
    if (message.kind === "system" || message.from.role === "system") rows.push({ kind: "system", key, message });
    else {
      const is_first = before === undefined || !isTogether(before, message);
      const is_last = after === undefined || !isTogether(message, after);
      rows.push({ kind: "bubble", key, message, is_first, is_last });
    }
  });
  return rows;
}

function isTogether(one: Message, other: Message): boolean {
  const gap_ms = Date.parse(other.created_at) - Date.parse(one.created_at);
  return (
    one.kind !== "system" &&
    other.kind !== "system" &&
    one.from.id === other.from.id &&
    one.from.role === other.from.role &&
    gap_ms < GROUP_GAP_MS &&
    dayOf(one) === dayOf(other)
  );
}

function dayOf(message: Message): string {
  return new Date(message.created_at).toDateString();
}
