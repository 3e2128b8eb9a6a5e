/** The bar over the panes: whose desk it is, whether new conversations come, and the settings. */

import { Avatar, BotIcon, IconButton, InfoIcon, Menu, type MenuEntry } from "../ui";
import { act } from "./acts";
import { appearanceEntries } from "./appearance";
import type { Desk } from "./desk";
import { room } from "./layout";
import { PresenceControl } from "./presence_control";
import type { Staff } from "./staff";
import { deskText } from "./texts";

export function TopBar({ staff, desk, onHelp }: { staff: Staff; desk: Desk; onHelp: () => void }) {
  const t = deskText.value;
  const { name } = desk.person;
  const entries: MenuEntry[] = [
    { kind: "heading", label: name },
    { kind: "item", label: t.shortcuts, onSelect: onHelp },
    { kind: "line" },
    ...appearanceEntries(),
    { kind: "line" },
    { kind: "item", label: t.signOut, testid: "sign-out", onSelect: () => act(() => staff.signOut()) },
  ];
  return (
    <header class="top-bar">
      <span class="top-bar__mark">
        <BotIcon />
      </span>
      <h1 class="top-bar__title">
        {t.product}
        <span class="top-bar__place">{t.title}</span>
      </h1>
      <PresenceControl desk={desk} />
      {room.value !== "narrow" && (
        <IconButton label={t.shortcuts} onClick={onHelp} testid="help">
          <InfoIcon />
        </IconButton>
      )}
      <Menu label={t.settings({ name })} icon={<Avatar name={name} id={desk.person.id} size="small" />} entries={entries} testid="account" />
    </header>
  );
}
