/** One own conversation in the list: who, the last word, how long the user waits, and what is new. */

import type { SessionLog } from "../core/session_log";
import type { Message, Session } from "../core/wire";
import { Avatar, Badge, DangerBadge } from "../ui";
import type { Desk } from "./desk";
import { LanguageMark } from "./language_mark";
import { pane } from "./layout";
import { lastWordOf, unreadOf, waitingSinceMs } from "./session_facts";
import { deskText } from "./texts";
import { WaitTime } from "./wait_time";

export function SessionRow({ desk, session }: { desk: Desk; session: Session }) {
  const t = deskText.value;
  const log = desk.feeds.value.get(session.id)?.log.value ?? null;
  const unread = log === null ? 0 : unreadOf(log);
  const since_ms = log === null ? null : waitingSinceMs(log);
  const is_selected = desk.selected.value === session.id;
  const is_fresh = desk.view.value.fresh.has(session.id);
  const select = (): void => {
    desk.select(session.id);
    pane.value = "talk";
  };
  return (
    <li>
      <button
        type="button"
        class={`session-row ${is_fresh ? "session-row--fresh" : ""} ${unread > 0 ? "session-row--unread" : ""}`}
        aria-current={is_selected ? "true" : undefined}
        data-testid="desk-session"
        data-session={session.id}
        data-unread={unread}
        onClick={select}
      >
        <Avatar name={session.user.name} id={session.user.id} />
        <span class="session-row__who">
          <span class="session-row__name">{session.user.name}</span>
          <LanguageMark language={session.language} />
          {session.alarm !== undefined && <DangerBadge />}
          {is_fresh && <Badge tone="accent">{t.fresh}</Badge>}
        </span>
        <span class="session-row__wait">{since_ms !== null && <WaitTime since_ms={since_ms} />}</span>
        <Preview desk={desk} session={session} log={log} />
        {unread > 0 && (
          <span class="count" aria-label={t.unread({ count: unread })} data-testid="unread">
            {unread}
          </span>
        )}
      </button>
    </li>
  );
}

function Preview({ desk, session, log }: { desk: Desk; session: Session; log: SessionLog | null }) {
  const t = deskText.value;
  const draft = desk.drafts.of(session.id, "reply").value.trim();
  if (log !== null && log.typists.length > 0) {
    return <span class="session-row__preview session-row__preview--typing">{t.typingNow}</span>;
  }
  if (draft !== "" && desk.selected.value !== session.id) {
    return (
      <span class="session-row__preview">
        <em class="session-row__draft">{t.draft}</em> {draft}
      </span>
    );
  }
  const word = log === null ? null : lastWordOf(log);
  return <span class="session-row__preview">{word === null ? (session.topic ?? t.noWords) : wordsOf(word, log?.self_id ?? "")}</span>;
}

function wordsOf(message: Message, self_id: string): string {
  const t = deskText.value;
  const text = message.data?.recalled === true ? t.takenBack : message.kind === "file" ? `${t.sentFile}: ${message.text}` : message.text;
  if (message.from.role === "user") return text;
  return `${message.from.id === self_id ? t.you : message.from.name}: ${text}`;
}
