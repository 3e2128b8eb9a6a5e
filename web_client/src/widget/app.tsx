/** The frame of the user's chat: head, body and the windows that open over it. */

import { useSignal } from "@preact/signals";
import type { Session, SessionId } from "../core/wire";
import { ConfirmDialog, Toasts } from "../ui";
import { AccountDialog, type AccountForm } from "./account_dialog";
import { attempt } from "./acts";
import { attributes } from "./attributes";
import type { Chat } from "./chat";
import { Header } from "./header";
import { HistoryView } from "./history_view";
import { PastView } from "./past_view";
import { RatingDialog } from "./rating_dialog";
import { TalkView } from "./talk_view";
import { chatText } from "./texts";

export type View = { name: "talk" } | { name: "history" } | { name: "past"; id: SessionId };
export type Window = { name: AccountForm } | { name: "sign_out" } | { name: "end" } | { name: "leave" } | { name: "rate"; session: Session };

/** What the parts of the page can ask the frame for. */
export interface Frame {
  go: (view: View) => void;
  open: (window: Window) => void;
}

export function App({ chat }: { chat: Chat }) {
  const view = useSignal<View>({ name: "talk" });
  const window = useSignal<Window | null>(null);
  const frame: Frame = { go: (next) => (view.value = next), open: (next) => (window.value = next) };
  const shown = view.value;
  return (
    <div class={`chat ${attributes.is_embedded ? "chat--embedded" : ""}`}>
      <Header chat={chat} view={shown} frame={frame} />
      {shown.name === "talk" && <TalkView chat={chat} frame={frame} />}
      {shown.name === "history" && <HistoryView chat={chat} frame={frame} />}
      {shown.name === "past" && <PastView key={shown.id} chat={chat} id={shown.id} frame={frame} />}
      {window.value !== null && (
        <OpenWindow chat={chat} window={window.value} frame={frame} onClose={() => (window.value = null)} />
      )}
      <Toasts />
    </div>
  );
}

interface OpenWindowProps {
  chat: Chat;
  window: Window;
  frame: Frame;
  onClose: () => void;
}

function OpenWindow({ chat, window, frame, onClose }: OpenWindowProps) {
  const t = chatText.value;
  const confirmed = (work: () => Promise<unknown>) => async (): Promise<void> => {
    if (await attempt(work)) onClose();
  };
  switch (window.name) {
    case "sign_in":
    case "register":
      return <AccountDialog chat={chat} form={window.name} onSwitch={(name) => frame.open({ name })} onClose={onClose} />;
    case "rate":
      return <RatingDialog chat={chat} session={window.session} onClose={onClose} />;
    case "end":
      return (
        <ConfirmDialog title={t.end} confirm={t.endConfirm} onClose={onClose} onConfirm={confirmed(() => chat.end())}>
          {t.endAsk}
        </ConfirmDialog>
      );
    case "leave":
      return (
        <ConfirmDialog
          title={t.leaveQueue}
          confirm={t.leaveQueue}
          onClose={onClose}
          onConfirm={confirmed(() => chat.leaveQueue())}
        >
          {t.leaveQueueAsk}
        </ConfirmDialog>
      );
    case "sign_out":
      return (
        <ConfirmDialog
          title={t.signOut}
          confirm={t.signOut}
          onClose={onClose}
          onConfirm={confirmed(() => chat.leaveAccount())}
        >
          {t.signOutAsk}
        </ConfirmDialog>
      );
  }
}
