/** An earlier conversation, to read, rate and keep. */

import { useEffect, useMemo } from "preact/hooks";
import { downloadFile } from "../core/downloads";
import type { SessionId } from "../core/wire";
import { MessageList, Skeleton } from "../ui";
import { act } from "./acts";
import type { Frame } from "./app";
import type { Chat } from "./chat";
import { EndedPanel } from "./ended_panel";

export function PastView({ chat, id, frame }: { chat: Chat; id: SessionId; frame: Frame }) {
  const feed = useMemo(() => chat.look(id), [id]);
  useEffect(() => () => feed.close(), [feed]);
  const log = feed.log.value;
  return (
    <main class="talk" data-testid="past">
      {log.session === null ? (
        <div class="talk__fill">
          <Skeleton rows={6} />
        </div>
      ) : (
        <MessageList
          log={log}
          perspective="user"
          actions={{
            onDiscard: (cmid) => feed.discard(cmid),
            onOpenFile: (file_id, name) => act(() => downloadFile(chat.parts.api, file_id, name)),
          }}
          is_loading_older={feed.isLoadingOlder.value}
          onLoadOlder={() => act(() => feed.loadOlder())}
        />
      )}
      {log.session !== null && <EndedPanel chat={chat} session={log.session} frame={frame} />}
    </main>
  );
}
