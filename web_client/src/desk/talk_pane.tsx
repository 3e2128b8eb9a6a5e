/** The middle pane: the open conversation. */

import { useEffect } from "preact/hooks";
import { downloadFile } from "../core/downloads";
import type { Session, SessionId } from "../core/wire";
import { AlarmNotice, Button, EmptyState, MessageList, PeopleIcon, Skeleton, StarsShown, type Insert, type MessageActions } from "../ui";
import { uiText } from "../ui/texts";
import { act } from "./acts";
import type { Desk, Reading } from "./desk";
import type { OpenWindow } from "./desk_screen";
import { insertAnswer } from "./insertion";
import { room } from "./layout";
import { NoteRow } from "./note_row";
import { lastQuestionSeq } from "./session_facts";
import { TalkHead } from "./talk_head";
import { deskText } from "./texts";
import { Writing } from "./writing";

export function TalkPane({ desk, open }: { desk: Desk; open: OpenWindow }) {
  const t = deskText.value;
  const reading = desk.reading.value;
  if (!desk.view.value.is_known) {
    return (
      <main class="pane pane--talk">
        <Skeleton rows={7} />
      </main>
    );
  }
  if (reading === null) {
    return (
      <main class="pane pane--talk" data-testid="no-conversation">
        <EmptyState title={t.chooseTitle} icon={<PeopleIcon />}>
          <p>{hintFor(desk)}</p>
        </EmptyState>
      </main>
    );
  }
  return <Talk key={reading.id} desk={desk} reading={reading} open={open} />;
}

function hintFor(desk: Desk): string {
  const t = deskText.value;
  const { sessions, presence } = desk.view.value;
  if (sessions.length > 0) return t.choose;
  return presence?.status === "online" ? t.noSessionsOnline : t.noSessionsOffline;
}

function Talk({ desk, reading, open }: { desk: Desk; reading: Reading; open: OpenWindow }) {
  const log = reading.log.value;
  const feed = desk.feed.value;
  const is_mine = desk.isMine(reading.id) && log.session?.status !== "ended";
  const question_seq = is_mine && log.is_synced ? lastQuestionSeq(log) : 0;
  useEffect(() => desk.suggestions.notice(reading.id, question_seq), [question_seq]);
  return (
    <main class="pane pane--talk" aria-label={deskText.value.paneTalk} data-testid="conversation" data-session={reading.id}>
      {log.session === null ? (
        <Skeleton rows={7} />
      ) : (
        <>
          <TalkHead desk={desk} session={log.session} log={log} is_mine={is_mine} open={open} />
          {is_mine && log.session.alarm !== undefined && <Alarm desk={desk} id={reading.id} alarm={log.session.alarm} />}
          <MessageList
            log={log}
            perspective="staff"
            actions={actionsOf(desk, is_mine)}
            inserts={notesOf(desk, reading)}
            is_loading_older={reading.isLoadingOlder.value}
            onLoadOlder={() => act(() => reading.loadOlder())}
            onRead={feed === null ? undefined : (seq) => feed.markRead(seq)}
          />
          {is_mine && feed !== null ? <Writing desk={desk} feed={feed} session={log.session} /> : <Closed desk={desk} session={log.session} />}
        </>
      )}
    </main>
  );
}

function Alarm({ desk, id, alarm }: { desk: Desk; id: SessionId; alarm: NonNullable<Session["alarm"]> }) {
  return (
    <AlarmNotice alarm={alarm} onInsert={(text) => insertAnswer(desk, id, text)} onSettle={() => desk.settleAlarm(id, alarm.seq)} />
  );
}

function actionsOf(desk: Desk, is_mine: boolean): MessageActions {
  const feed = desk.feed.value;
  return {
    onRetry: (cmid) => feed?.retry(cmid),
    onDiscard: (cmid) => feed?.discard(cmid),
    onRecall: is_mine && feed !== null ? (seq) => act(() => feed.recall(seq)) : undefined,
    onOpenFile: (file_id, name) => act(() => downloadFile(desk.parts.api, file_id, name)),
  };
}

function notesOf(desk: Desk, reading: Reading): Insert[] {
  return desk.notes.of(reading.id).map((note) => ({
    key: note.id,
    after_seq: note.after_seq,
    content: <NoteRow note={note} />,
  }));
}

/** Stands where the composer was, once there is nobody to write to. */
function Closed({ desk, session }: { desk: Desk; session: Session }) {
  const t = deskText.value;
  const is_ended = session.status === "ended";
  const text = is_ended ? (t.endedBy[session.ended_by ?? ""] ?? t.ended) : desk.feed.value === null ? t.readOnly : t.notYours;
  return (
    <footer class="closed" data-testid="closed">
      <p>{text}</p>
      {session.rating !== undefined && <StarsShown value={session.rating.score} />}
      <Button size="small" testid="close-conversation" onClick={() => desk.select(null)}>
        {room.value === "narrow" ? t.toList : uiText.value.close}
      </Button>
    </footer>
  );
}
