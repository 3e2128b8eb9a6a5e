/** The list of this person's conversations. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { textForFailure } from "../core/error_text";
import { formatMoment } from "../core/i18n";
import type { Session } from "../core/wire";
import { Badge, Button, EmptyState, ForwardIcon, HistoryIcon, Skeleton, StarsShown, Avatar } from "../ui";
import { uiText } from "../ui/texts";
import type { Frame } from "./app";
import type { Chat } from "./chat";
import { chatText } from "./texts";

interface Listed {
  items: readonly Session[];
  next_cursor: string | null;
}

export function HistoryView({ chat, frame }: { chat: Chat; frame: Frame }) {
  const listed = useSignal<Listed | null>(null);
  const failure = useSignal<unknown>(null);
  const load = async (cursor: string | null): Promise<void> => {
    failure.value = null;
    try {
      const page = await chat.history(cursor);
      const before = cursor === null ? [] : (listed.peek()?.items ?? []);
      listed.value = { items: [...before, ...page.items], next_cursor: page.next_cursor };
    } catch (problem) {
      failure.value = problem;
    }
  };
  useEffect(() => void load(null), []);
  return (
    <main class="history" data-testid="history">
      {failure.value !== null && (
        <EmptyState title={textForFailure(failure.value)}>
          <Button onClick={() => void load(null)}>{uiText.value.retry}</Button>
        </EmptyState>
      )}
      {failure.value === null && listed.value === null && <Skeleton rows={4} block />}
      {listed.value !== null && <Sessions chat={chat} frame={frame} listed={listed.value} onMore={load} />}
    </main>
  );
}

interface SessionsProps {
  chat: Chat;
  frame: Frame;
  listed: Listed;
  onMore: (cursor: string) => Promise<void>;
}

function Sessions({ chat, frame, listed, onMore }: SessionsProps) {
  const t = chatText.value;
  const { items, next_cursor } = listed;
  if (items.length === 0) {
    return (
      <EmptyState title={t.historyEmpty} icon={<HistoryIcon />}>
        <p>{t.historyEmptyDetail}</p>
      </EmptyState>
    );
  }
  const open = (session: Session): void => {
    frame.go(session.status === "ended" ? { name: "past", id: session.id } : { name: "talk" });
  };
  return (
    <>
      <ul class="history__list">
        {items.map((session) => (
          <li key={session.id}>
            <Entry session={session} is_current={chat.session.value?.id === session.id} onOpen={() => open(session)} />
          </li>
        ))}
      </ul>
      {next_cursor !== null && next_cursor !== undefined && (
        <Button kind="quiet" wide onClick={() => void onMore(next_cursor)}>
          {t.more}
        </Button>
      )}
    </>
  );
}

function Entry({ session, is_current, onOpen }: { session: Session; is_current: boolean; onOpen: () => void }) {
  const t = chatText.value;
  const { consultant, rating, status } = session;
  return (
    <button type="button" class="history__entry" data-testid="history-entry" data-session={session.id} onClick={onOpen}>
      <Avatar name={consultant?.name ?? t.product} id={consultant?.id} is_bot={consultant === undefined} />
      <span class="history__about">
        <span class="history__title">{session.topic ?? consultant?.name ?? uiText.value.bot}</span>
        <span class="history__when">{formatMoment(session.created_at)}</span>
      </span>
      {rating !== undefined && <StarsShown value={rating.score} />}
      {status !== "ended" && <Badge tone="accent">{is_current ? t.current : t.status[status]}</Badge>}
      <ForwardIcon />
    </button>
  );
}
