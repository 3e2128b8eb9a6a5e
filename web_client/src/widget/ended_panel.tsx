/** The end of a conversation: rate it, keep it, begin another. */

import type { TranscriptFormat } from "../core/downloads";
import type { Session } from "../core/wire";
import { Button, DownloadIcon, Menu, StarsShown } from "../ui";
import type { Frame } from "./app";
import type { Chat } from "./chat";
import { chatText } from "./texts";
import { saveTranscript } from "./transcript";

interface EndedPanelProps {
  chat: Chat;
  session: Session;
  frame: Frame;
}

export function EndedPanel({ chat, session, frame }: EndedPanelProps) {
  const t = chatText.value;
  return (
    <section class="ended" data-testid="ended-panel" aria-label={t.ended}>
      <p class="ended__fact">
        <strong>{t.ended}</strong>
        {session.ended_by !== undefined && <span>{t.endedBy[session.ended_by]}</span>}
      </p>
      {session.rating !== undefined && (
        <p class="ended__rating" data-testid="rating" data-score={session.rating.score}>
          <StarsShown value={session.rating.score} />
          {t.ratedThanks}
        </p>
      )}
      <div class="ended__acts">
        <Button
          kind={session.rating === undefined ? "primary" : "secondary"}
          testid="rate"
          onClick={() => frame.open({ name: "rate", session })}
        >
          {session.rating === undefined ? t.rate : t.rateChange}
        </Button>
        <Button kind={session.rating === undefined ? "secondary" : "primary"} testid="start-anew" onClick={() => {
          chat.startAnew();
          frame.go({ name: "talk" });
        }}>
          {t.startAnew}
        </Button>
        <TranscriptMenu chat={chat} session={session} />
      </div>
    </section>
  );
}

const FORMATS: readonly TranscriptFormat[] = ["txt", "html", "json"];

function TranscriptMenu({ chat, session }: { chat: Chat; session: Session }) {
  const t = chatText.value;
  const entries = FORMATS.map((format) => ({
    kind: "item" as const,
    label: t.transcript[format],
    testid: `download-${format}`,
    onSelect: () => saveTranscript(chat, session.id, format),
  }));
  return <Menu label={t.download} icon={<DownloadIcon />} entries={entries} above testid="download" />;
}
