/** What a supervisor can do with a session: step in, hand it on, take it along. */

import { useSignal } from "@preact/signals";
import { downloadTranscript, type TranscriptFormat } from "../../core/downloads";
import type { Session } from "../../core/wire";
import { Button, ConfirmDialog, DownloadIcon, Menu, tell, TransferIcon, type MenuEntry } from "../../ui";
import { act, attempt } from "../frame/attempt";
import { useParts } from "../frame/parts";
import { sessionText } from "../texts";
import type { SessionCase } from "./session_case";
import { TransferDialog } from "./transfer_dialog";

const FORMATS: readonly TranscriptFormat[] = ["html", "txt", "json"];

export function SessionActions({ shown, session }: { shown: SessionCase; session: Session }) {
  const t = sessionText.value;
  const { api } = useParts();
  const window = useSignal<"join" | "transfer" | null>(null);
  const close = (): void => {
    window.value = null;
  };
  const join = async (): Promise<void> => {
    if (await attempt(() => shown.join())) close();
  };
  const save = (format: TranscriptFormat): void =>
    act(async () => {
      await downloadTranscript(api, session.id, format);
      tell(t.downloaded);
    });
  const downloads = FORMATS.map(
    (format): MenuEntry => ({
      kind: "item",
      label: t.formats[format],
      testid: `download-${format}`,
      onSelect: () => save(format),
    }),
  );
  const is_open = session.status !== "ended";
  const can_transfer = session.status === "active" || session.status === "queued";
  return (
    <div class="panel__acts">
      {is_open && !shown.has_joined.value && (
        <Button kind="primary" size="small" testid="join" onClick={() => (window.value = "join")}>
          {t.join}
        </Button>
      )}
      {can_transfer && (
        <Button size="small" testid="transfer" label={t.transfer} onClick={() => (window.value = "transfer")}>
          <TransferIcon />
          <span class="on-wide">{t.transfer}</span>
        </Button>
      )}
      <Menu
        label={t.download}
        icon={<DownloadIcon />}
        entries={[{ kind: "heading", label: t.download }, ...downloads]}
        testid="download"
      />
      {window.value === "join" && (
        <ConfirmDialog title={t.joinTitle} confirm={t.join} onConfirm={join} onClose={close}>
          <p>{t.joinDetail}</p>
        </ConfirmDialog>
      )}
      {window.value === "transfer" && <TransferDialog shown={shown} session={session} onClose={close} />}
    </div>
  );
}
