/** Where the consultant writes: a reply for the user or a note for colleagues, with suggested answers at hand. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { SessionFeed } from "../core/session_feed";
import type { Session } from "../core/wire";
import { BoltIcon, Button, Composer, NoteIcon, tellFailure } from "../ui";
import type { Desk } from "./desk";
import type { DraftKind } from "./drafts";
import { room } from "./layout";
import { lastQuestionSeq } from "./session_facts";
import { SuggestionStrip } from "./suggestion_strip";
import { deskText } from "./texts";

interface WritingProps {
  desk: Desk;
  feed: SessionFeed;
  session: Session;
}

export function Writing({ desk, feed, session }: WritingProps) {
  const t = deskText.value;
  const mode = desk.drafts.mode.value;
  const input = useRef<HTMLTextAreaElement>(null);
  const is_busy = useSignal(false);
  // A note begun in one conversation must not turn the next reply into a note, or the other way round.
  useEffect(() => {
    desk.drafts.mode.value = "reply";
    // On a phone the keyboard would cover the conversation that was just opened.
    if (room.peek() !== "narrow") input.current?.focus({ preventScroll: true });
  }, []);
  const write = (text: string): void => {
    desk.drafts.write(feed.id, mode, text);
    if (mode !== "reply") return;
    if (text !== "") feed.typing.typed();
    desk.suggestions.typed(feed.id, lastQuestionSeq(feed.log.peek()), text);
  };
  const send = (text: string): void => {
    if (mode === "note") void addNote(desk, feed, text, is_busy);
    else {
      feed.send(text);
      desk.suggestions.close();
      desk.drafts.write(feed.id, "reply", "");
    }
  };
  return (
    <footer class={`writing writing--${mode}`}>
      <SuggestionStrip desk={desk} id={feed.id} />
      <div class="writing__bar">
        <Modes desk={desk} onChange={() => input.current?.focus()} />
        <SuggestButton desk={desk} feed={feed} />
      </div>
      <Composer
        value={desk.drafts.of(feed.id, mode).value}
        placeholder={mode === "note" ? t.notePlaceholder : t.replyPlaceholder({ name: session.user.name })}
        label={mode === "note" ? t.writeNote : undefined}
        input={input}
        disabled={is_busy.value}
        onInput={write}
        onSend={send}
      />
    </footer>
  );
}

async function addNote(desk: Desk, feed: SessionFeed, text: string, is_busy: { value: boolean }): Promise<void> {
  is_busy.value = true;
  try {
    await desk.notes.add(feed.id, text);
    desk.drafts.write(feed.id, "note", "");
  } catch (failure) {
    tellFailure(failure);
  } finally {
    is_busy.value = false;
  }
}

function Modes({ desk, onChange }: { desk: Desk; onChange: () => void }) {
  const t = deskText.value;
  const { mode } = desk.drafts;
  const modes: [DraftKind, string][] = [
    ["reply", t.reply],
    ["note", t.note],
  ];
  return (
    <div class="modes" role="group" aria-label={t.modeLabel}>
      {modes.map(([name, label]) => (
        <button
          key={name}
          type="button"
          class="modes__mode"
          aria-pressed={mode.value === name}
          data-testid={`mode-${name}`}
          onClick={() => {
            mode.value = name;
            onChange();
          }}
        >
          {name === "note" && <NoteIcon />}
          {label}
        </button>
      ))}
    </div>
  );
}

/** Asks about what is written, or about the user's last words where nothing is. */
function SuggestButton({ desk, feed }: { desk: Desk; feed: SessionFeed }) {
  const ask = async (): Promise<void> => {
    try {
      const draft = desk.drafts.of(feed.id, "reply").peek().trim();
      await desk.suggestions.ask(feed.id, lastQuestionSeq(feed.log.peek()), draft);
    } catch (failure) {
      tellFailure(failure);
    }
  };
  return (
    <Button kind="quiet" size="small" testid="suggest" busy={desk.suggestions.isAsking(feed.id)} onClick={() => void ask()}>
      <BoltIcon />
      {deskText.value.suggest}
    </Button>
  );
}
