/** Over the conversation: with whom, about what, and what can be done with it. */

import { downloadTranscript, type TranscriptFormat } from "../core/downloads";
import type { SessionLog } from "../core/session_log";
import type { Session } from "../core/wire";
import { Avatar, Badge, Button, CloseIcon, DownloadIcon, IconButton, InfoIcon, Menu, MoreIcon, TransferIcon, type MenuEntry } from "../ui";
import { act } from "./acts";
import type { Desk } from "./desk";
import type { OpenWindow } from "./desk_screen";
import { LanguageMark } from "./language_mark";
import { pane, room } from "./layout";
import { waitingSinceMs } from "./session_facts";
import { deskText } from "./texts";
import { WaitTime } from "./wait_time";

const FORMATS: readonly TranscriptFormat[] = ["txt", "html", "json"];

interface TalkHeadProps {
  desk: Desk;
  session: Session;
  log: SessionLog;
  is_mine: boolean;
  open: OpenWindow;
}

export function TalkHead({ desk, session, log, is_mine, open }: TalkHeadProps) {
  const since_ms = is_mine ? waitingSinceMs(log) : null;
  return (
    <header class="talk-head">
      <Avatar name={session.user.name} id={session.user.id} />
      <div class="talk-head__who">
        <h2>
          {session.user.name} <LanguageMark language={session.language} />
        </h2>
        <p class="talk-head__about">
          {session.topic !== undefined && <span>{session.topic}</span>}
          {session.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </p>
      </div>
      {since_ms !== null && <WaitTime since_ms={since_ms} testid="talk-waiting" />}
      <Acts desk={desk} session={session} is_mine={is_mine} open={open} />
    </header>
  );
}

function Acts({ desk, session, is_mine, open }: Omit<TalkHeadProps, "log">) {
  const t = deskText.value;
  const transfer = (): void => open({ name: "transfer", session });
  const end = (): void => open({ name: "end", session });
  if (room.value === "narrow") {
    const acts: MenuEntry[] = [
      { kind: "item", label: t.transfer, icon: <TransferIcon />, testid: "transfer", onSelect: transfer },
      { kind: "item", label: t.end, icon: <CloseIcon />, danger: true, testid: "end", onSelect: end },
      { kind: "line" },
    ];
    return <Menu label={t.moreActions} icon={<MoreIcon />} testid="more" entries={[...(is_mine ? acts : []), ...downloads(desk, session)]} />;
  }
  return (
    <>
      {is_mine && (
        <>
          <Button size="small" testid="transfer" onClick={transfer}>
            <TransferIcon />
            {t.transfer}
          </Button>
          <Button size="small" testid="end" onClick={end}>
            {t.end}
          </Button>
        </>
      )}
      <Menu label={t.moreActions} icon={<MoreIcon />} testid="more" entries={downloads(desk, session)} />
      {room.value === "medium" && (
        <IconButton
          label={t.showContext}
          testid="show-context"
          pressed={pane.value === "context"}
          onClick={() => (pane.value = pane.value === "context" ? "talk" : "context")}
        >
          <InfoIcon />
        </IconButton>
      )}
    </>
  );
}

function downloads(desk: Desk, session: Session): MenuEntry[] {
  const t = deskText.value;
  return [
    { kind: "heading", label: t.downloadHeading },
    ...FORMATS.map((format): MenuEntry => ({
      kind: "item",
      label: t.transcripts[format],
      icon: <DownloadIcon />,
      testid: `transcript-${format}`,
      onSelect: () => act(() => downloadTranscript(desk.parts.api, session.id, format)),
    })),
  ];
}
