/** The words of a session, live, and the place to write for a supervisor who has joined. */

import { useMemo } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { DraftKeeper } from "../../core/outgoing";
import { downloadFile } from "../../core/downloads";
import type { Session } from "../../core/wire";
import { Composer, MessageList, Skeleton } from "../../ui";
import { act } from "../frame/attempt";
import { useParts } from "../frame/parts";
import { sessionText } from "../texts";
import type { SessionCase } from "./session_case";

export function Transcript({ shown, session }: { shown: SessionCase; session: Session }) {
  const t = sessionText.value;
  const { api } = useParts();
  const { feed } = shown;
  const log = feed.log.value;
  const can_write = session.status !== "ended" && shown.has_joined.value;
  return (
    <section class="transcript" aria-label={t.sides.words} data-testid="transcript">
      {log.epoch === null ? (
        <Skeleton rows={6} />
      ) : (
        <MessageList
          log={log}
          perspective="staff"
          actions={{
            onRetry: (cmid) => feed.retry(cmid),
            onDiscard: (cmid) => feed.discard(cmid),
            onRecall: (seq) => act(() => feed.recall(seq)),
            onOpenFile: (file_id, name) => act(() => downloadFile(api, file_id, name)),
          }}
          is_loading_older={feed.isLoadingOlder.value}
          onLoadOlder={() => act(() => feed.loadOlder())}
        />
      )}
      {can_write ? (
        <SupervisorComposer shown={shown} />
      ) : (
        <p class="transcript__foot quiet">{session.status === "ended" ? t.hasEnded : t.onlyReading}</p>
      )}
    </section>
  );
}

function SupervisorComposer({ shown }: { shown: SessionCase }) {
  const t = sessionText.value;
  const { store, self } = useParts();
  const drafts = useMemo(() => new DraftKeeper(store, self.id, shown.id), []);
  const text = useSignal(drafts.load());
  const write = (value: string): void => {
    text.value = value;
    drafts.save(value);
  };
  return (
    <Composer
      value={text.value}
      placeholder={t.writeAsSupervisor}
      onInput={write}
      onSend={(value) => {
        shown.feed.send(value);
        write("");
      }}
    />
  );
}
