/** The conversation: banners, the log, and what one can do in its present state. */

import { downloadFile } from "../core/downloads";
import { Button, Composer, MessageList, PersonIcon, Skeleton, type MessageActions } from "../ui";
import { act } from "./acts";
import type { Frame } from "./app";
import { Banners } from "./banners";
import type { Chat } from "./chat";
import { EndedPanel } from "./ended_panel";
import { isShown } from "./frame";
import { chatText } from "./texts";
import { Welcome } from "./welcome";

export function TalkView({ chat, frame }: { chat: Chat; frame: Frame }) {
  const session = chat.session.value;
  const is_empty = chat.feed.value === null && chat.log.value.outgoing.length === 0;
  return (
    <main class="talk" data-testid="talk" data-status={session?.status ?? "none"}>
      <Banners chat={chat} frame={frame} />
      {is_empty ? chat.isSettled.value ? <Welcome chat={chat} /> : <Waiting chat={chat} /> : <Log chat={chat} />}
      {session?.status === "ended" ? <EndedPanel chat={chat} session={session} frame={frame} /> : <Writing chat={chat} />}
    </main>
  );
}

/** Until it is known whether there is a conversation to return to; offline, that may take long. */
function Waiting({ chat }: { chat: Chat }) {
  if (chat.parts.connection.status.value === "offline") return <Welcome chat={chat} />;
  return (
    <div class="talk__fill">
      <Skeleton rows={5} />
    </div>
  );
}

function Log({ chat }: { chat: Chat }) {
  const feed = chat.feed.value;
  return (
    <MessageList
      key={feed?.id ?? "new"}
      log={chat.log.value}
      perspective="user"
      actions={actionsOf(chat)}
      feedback={chat.feedback.value}
      is_loading_older={feed?.isLoadingOlder.value ?? false}
      onLoadOlder={() => act(() => feed?.loadOlder() ?? Promise.resolve())}
      onRead={isShown.value ? (seq) => feed?.markRead(seq) : undefined}
    />
  );
}

function actionsOf(chat: Chat): MessageActions {
  const is_open = chat.session.value?.status !== "ended";
  return {
    onRetry: is_open ? (cmid) => chat.retry(cmid) : undefined,
    onDiscard: (cmid) => chat.discard(cmid),
    onChoice: (entry) => chat.send(entry.question),
    onFeedback: (seq, helpful) => act(() => chat.giveFeedback(seq, helpful)),
    onRecall: is_open ? (seq) => act(() => chat.feed.peek()?.recall(seq) ?? Promise.resolve()) : undefined,
    onOpenFile: (id, name) => act(() => downloadFile(chat.parts.api, id, name)),
  };
}

function Writing({ chat }: { chat: Chat }) {
  const t = chatText.value;
  const status = chat.session.value?.status;
  const can_ask_for_person = status === undefined || status === "bot";
  return (
    <div class="writing">
      {can_ask_for_person && (
        <div class="writing__offer">
          <Button
            size="small"
            testid="talk-to-person"
            disabled={chat.parts.connection.status.value !== "connected"}
            onClick={() => act(() => chat.askForPerson())}
          >
            <PersonIcon />
            {t.talkToPerson}
          </Button>
        </div>
      )}
      <Composer
        value={chat.draft.value}
        placeholder={status === undefined ? t.placeholder : t.placeholderTalk}
        onInput={(text) => chat.write(text)}
        onSend={(text) => chat.send(text)}
      />
    </div>
  );
}
