/** The desk on screen: bar, banner, panes, and the windows that open over them. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Session } from "../core/wire";
import { ConfirmDialog, EmptyState, InfoIcon, OfflineIcon, PeopleIcon, PersonIcon } from "../ui";
import { attempt } from "./acts";
import { CheatSheet } from "./cheat_sheet";
import { nowMs } from "./clock";
import { ContextPane } from "./context_pane";
import type { Desk } from "./desk";
import { openOffers } from "./desk_state";
import { isShown, pane, room, type Pane } from "./layout";
import { ListPane } from "./list_pane";
import { listenToShortcuts } from "./shortcuts";
import type { Staff } from "./staff";
import { TalkPane } from "./talk_pane";
import { deskText } from "./texts";
import { TopBar } from "./top_bar";
import { TransferDialog } from "./transfer_dialog";

export type Window = { name: "transfer" | "end"; session: Session } | { name: "shortcuts" };

/** What the parts of the page can ask the frame for. */
export type OpenWindow = (window: Window) => void;

export function DeskScreen({ staff, desk }: { staff: Staff; desk: Desk }) {
  const window = useSignal<Window | null>(null);
  const open: OpenWindow = (next) => (window.value = next);
  useEffect(() => listenToShortcuts(desk, open), [desk]);
  return (
    <div class={`desk desk--${room.value} ${desk.reading.value === null ? "desk--bare" : ""}`} data-testid="desk" data-ready={desk.view.value.is_known}>
      <TopBar staff={staff} desk={desk} onHelp={() => open({ name: "shortcuts" })} />
      <ConnectionBanner desk={desk} />
      <div class="desk__panes">
        {isShown("list") && <ListPane desk={desk} />}
        {isShown("talk") && <TalkPane desk={desk} open={open} />}
        {isShown("context") && <Context desk={desk} />}
      </div>
      {room.value === "narrow" && <PaneBar desk={desk} />}
      {window.value !== null && <Opened desk={desk} window={window.value} onClose={() => (window.value = null)} />}
    </div>
  );
}

function Context({ desk }: { desk: Desk }) {
  const reading = desk.reading.value;
  if (reading !== null) return <ContextPane key={reading.id} desk={desk} reading={reading} />;
  if (room.value !== "narrow") return null;
  return (
    <aside class="pane pane--context" aria-label={deskText.value.paneContext}>
      <EmptyState title={deskText.value.chooseTitle} icon={<InfoIcon />} />
    </aside>
  );
}

/** A first connect is quick and no news; only a desk that was there already tells that it is under way again. */
function ConnectionBanner({ desk }: { desk: Desk }) {
  const t = deskText.value;
  const status = desk.parts.connection.status.value;
  if (status === "connected" || (status === "connecting" && !desk.view.value.is_known)) return null;
  return (
    <div class={`desk__banner desk__banner--${status}`} role="status" data-testid="offline-banner">
      <OfflineIcon />
      {status === "offline" ? t.offline : t.connecting}
    </div>
  );
}

function PaneBar({ desk }: { desk: Desk }) {
  const t = deskText.value;
  const news = desk.unread.value + openOffers(desk.view.value, nowMs.value).length;
  const panes: [Pane, string, typeof PersonIcon][] = [
    ["list", t.paneList, PeopleIcon],
    ["talk", t.paneTalk, PersonIcon],
    ["context", t.paneContext, InfoIcon],
  ];
  return (
    <nav class="pane-bar" aria-label={t.title}>
      {panes.map(([name, label, Icon]) => (
        <button
          key={name}
          type="button"
          class="pane-bar__item"
          aria-current={pane.value === name ? "page" : undefined}
          data-testid={`pane-${name}`}
          onClick={() => (pane.value = name)}
        >
          <span class="pane-bar__icon">
            <Icon />
            {name === "list" && news > 0 && <span class="count">{news}</span>}
          </span>
          {label}
        </button>
      ))}
    </nav>
  );
}

function Opened({ desk, window, onClose }: { desk: Desk; window: Window; onClose: () => void }) {
  const t = deskText.value;
  switch (window.name) {
    case "shortcuts":
      return <CheatSheet onClose={onClose} />;
    case "transfer":
      return <TransferDialog desk={desk} session={window.session} onClose={onClose} />;
    case "end":
      return (
        <ConfirmDialog
          title={t.endTitle}
          confirm={t.endConfirm}
          danger
          onClose={onClose}
          onConfirm={async () => {
            if (await attempt(() => desk.end(window.session.id))) onClose();
          }}
        >
          {t.endAsk({ name: window.session.user.name })}
        </ConfirmDialog>
      );
  }
}
