/** Where one can go on the board: a column on wide screens, a bar at the lower edge of narrow ones. */

import type { ComponentChildren } from "preact";
import { signOut } from "../../core/account";
import { Avatar, Badge, BookIcon, BotIcon, ChartIcon, HistoryIcon, PeopleIcon, PersonIcon, StarIcon } from "../../ui";
import { boardText } from "../texts";
import { act } from "./attempt";
import { useParts } from "./parts";
import { PreferenceMenu } from "./preference_menu";
import { hashOf, type PageName } from "./route";

const ICONS: Record<PageName, ComponentChildren> = {
  floor: <ChartIcon />,
  sessions: <HistoryIcon />,
  quality: <StarIcon />,
  knowledge: <BookIcon />,
  bot: <BotIcon />,
  consultants: <PeopleIcon />,
  accounts: <PersonIcon />,
};

export function Navigation({ pages, shown }: { pages: readonly PageName[]; shown: PageName }) {
  const t = boardText.value;
  const { api, feed, self } = useParts();
  const waiting = feed.live.value.board?.waiting.length ?? 0;
  return (
    <header class="rail">
      <p class="rail__brand">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <span>{t.title}</span>
      </p>
      <nav class="rail__pages" aria-label={t.navigation}>
        {pages.map((page) => (
          <a
            key={page}
            class="rail__page"
            href={hashOf({ page, session: null })}
            aria-current={page === shown ? "page" : undefined}
            data-testid={`nav-${page}`}
          >
            {ICONS[page]}
            <span class="rail__label">{t.pages[page]}</span>
            {page === "floor" && waiting > 0 && <Badge tone="warning">{waiting}</Badge>}
          </a>
        ))}
      </nav>
      <div class="rail__self">
        <Avatar name={self.name} id={self.id} size="small" />
        <span class="rail__name">
          <strong>{self.name}</strong>
          <span class="quiet">{t.roles[self.role ?? "supervisor"]}</span>
        </span>
        <PreferenceMenu above onSignOut={() => act(() => signOut(api))} />
      </div>
    </header>
  );
}
