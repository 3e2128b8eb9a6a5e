/** How many messages the person has not seen. */

import type { SessionLog } from "../core/session_log";

/** Other people's messages behind the person's own read mark; 0 while the chat is on screen and visible. */
export function unreadOf(log: SessionLog, is_shown: boolean): number {
  const is_visible = typeof document === "undefined" || document.visibilityState === "visible";
  if (is_shown && is_visible) return 0;
  const { read } = log.receipts.user;
  const last_own = log.messages.findLast((message) => message.from.role === "user")?.seq ?? 0;
  const seen = Math.max(read, last_own);
  return log.messages.filter((message) => message.seq > seen && message.kind !== "system").length;
}
