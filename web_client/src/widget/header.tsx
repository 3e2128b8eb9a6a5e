/** The chat's head: who answers, and the menu. */

import { language, chooseLanguage } from "../core/i18n";
import { chooseContrast, chooseTheme, contrastChoice, themeChoice, type ThemeChoice } from "../core/theme";
import {
  Avatar,
  BackIcon,
  CloseIcon,
  DownloadIcon,
  GlobeIcon,
  HistoryIcon,
  IconButton,
  Menu,
  MoreIcon,
  PersonIcon,
  SunIcon,
  type MenuEntry,
} from "../ui";
import type { Frame, View } from "./app";
import { attributes } from "./attributes";
import type { Chat } from "./chat";
import { tellHost } from "./frame";
import { chatText } from "./texts";
import { saveTranscript } from "./transcript";

interface HeaderProps {
  chat: Chat;
  view: View;
  frame: Frame;
}

export function Header({ chat, view, frame }: HeaderProps) {
  const t = chatText.value;
  return (
    <header class="head">
      {view.name !== "talk" && (
        <IconButton label={t.back} onClick={() => frame.go(view.name === "past" ? { name: "history" } : { name: "talk" })}>
          <BackIcon />
        </IconButton>
      )}
      {view.name === "talk" ? <Who chat={chat} /> : <h1 class="head__title">{t.history}</h1>}
      <Menu label={t.menu} icon={<MoreIcon />} entries={entriesOf(chat, frame)} testid="menu" />
      {attributes.is_embedded && (
        <IconButton label={t.closeChat} onClick={() => tellHost({ wenjin: "close" })}>
          <CloseIcon />
        </IconButton>
      )}
    </header>
  );
}

function Who({ chat }: { chat: Chat }) {
  const t = chatText.value;
  const session = chat.session.value;
  const consultant = session?.consultant;
  if (consultant !== undefined && session?.status !== "queued") {
    return (
      <div class="head__who" data-testid="consultant">
        <Avatar name={consultant.name} id={consultant.id} />
        <div class="head__names">
          <h1 class="head__title">{consultant.name}</h1>
          <p class="head__about">{consultant.title ?? t.consultant}</p>
        </div>
      </div>
    );
  }
  return (
    <div class="head__who">
      <Avatar name={t.product} is_bot />
      <div class="head__names">
        <h1 class="head__title">{t.product}</h1>
        <p class="head__about">{session?.status === "queued" ? t.finding : t.botAnswers}</p>
      </div>
    </div>
  );
}

function entriesOf(chat: Chat, frame: Frame): MenuEntry[] {
  const t = chatText.value;
  const session = chat.session.value;
  const talk: MenuEntry[] = [
    { kind: "item", label: t.history, icon: <HistoryIcon />, testid: "menu-history", onSelect: () => frame.go({ name: "history" }) },
  ];
  if (session !== null) {
    const download = (): void => saveTranscript(chat, session.id, "txt");
    talk.push({ kind: "item", label: t.download, icon: <DownloadIcon />, testid: "menu-download", onSelect: download });
  }
  if (session?.status === "active" || session?.status === "bot") {
    talk.push({ kind: "item", label: t.end, icon: <CloseIcon />, testid: "menu-end", onSelect: () => frame.open({ name: "end" }) });
  }
  return [...talk, { kind: "line" }, ...accountEntries(chat, frame), { kind: "line" }, ...preferenceEntries()];
}

function accountEntries(chat: Chat, frame: Frame): MenuEntry[] {
  const t = chatText.value;
  const origin = chat.parts.api.tokens.credentials.value?.origin;
  const name = chat.person.value?.name ?? "";
  // The embedding page's user signs in and out over there.
  if (origin === "identity") return [{ kind: "heading", label: t.signedInAs({ name }) }];
  if (origin === "account") {
    return [
      { kind: "heading", label: t.signedInAs({ name }) },
      { kind: "item", label: t.signOut, icon: <PersonIcon />, testid: "menu-sign-out", onSelect: () => frame.open({ name: "sign_out" }) },
    ];
  }
  return [
    { kind: "heading", label: t.visitor },
    { kind: "item", label: t.signIn, icon: <PersonIcon />, testid: "menu-sign-in", onSelect: () => frame.open({ name: "sign_in" }) },
    { kind: "item", label: t.register, icon: <PersonIcon />, testid: "menu-register", onSelect: () => frame.open({ name: "register" }) },
  ];
}

function preferenceEntries(): MenuEntry[] {
  const t = chatText.value;
  const themes = Object.entries(t.themes) as [ThemeChoice, string][];
  const is_contrasty = contrastChoice.value === "more";
  return [
    { kind: "heading", label: t.language },
    { kind: "item", label: "中文", icon: <GlobeIcon />, checked: language.value === "zh", onSelect: () => chooseLanguage("zh") },
    { kind: "item", label: "English", icon: <GlobeIcon />, checked: language.value === "en", onSelect: () => chooseLanguage("en") },
    { kind: "heading", label: t.theme },
    ...themes.map(([choice, label]): MenuEntry => ({
      kind: "item",
      label,
      icon: <SunIcon />,
      checked: themeChoice.value === choice,
      onSelect: () => chooseTheme(choice),
    })),
    {
      kind: "item",
      label: t.contrast,
      icon: <SunIcon />,
      checked: is_contrasty,
      onSelect: () => chooseContrast(is_contrasty ? "system" : "more"),
    },
  ];
}
