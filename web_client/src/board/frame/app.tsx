/** The frame of the board: who is in decides between the sign-in, a closed door and the board itself. */

import { useEffect, useMemo } from "preact/hooks";
import type { PageParts } from "../../core/page";
import type { Person } from "../../core/wire";
import { Toasts } from "../../ui";
import { BotPage } from "../bot/bot_page";
import { AccountsPage } from "../people/accounts_page";
import { ConsultantsPage } from "../people/consultants_page";
import { FloorPage } from "../floor/floor_page";
import { KnowledgePage } from "../knowledge/knowledge_page";
import { QualityPage } from "../quality/quality_page";
import { SessionPanel } from "../sessions/session_panel";
import { SessionsPage } from "../sessions/sessions_page";
import { ConnectionBanner } from "./connection_banner";
import { ClosedDoor } from "./closed_door";
import { Navigation } from "./navigation";
import { boardParts, closeParts, PartsProvider } from "./parts";
import { pagesOf, route, type PageName } from "./route";
import { SignIn } from "./sign_in";

export function App({ page }: { page: PageParts }) {
  const held = page.api.tokens.credentials.value;
  // A user's account is being turned away by the form, which has to stay to say so.
  const is_out = held === null || held.person.role === "user";
  return (
    <>
      {is_out ? (
        <SignIn api={page.api} />
      ) : held.person.role === "supervisor" || held.person.role === "admin" ? (
        <SignedIn key={`${held.person.id} ${held.person.role}`} page={page} self={held.person} />
      ) : (
        <ClosedDoor api={page.api} person={held.person} />
      )}
      <Toasts />
    </>
  );
}

function SignedIn({ page, self }: { page: PageParts; self: Person }) {
  const parts = useMemo(() => boardParts(page, self), []);
  useEffect(() => () => closeParts(parts), []);
  const { session } = route.value;
  const pages = pagesOf(self.role);
  // An admin's bookmark in a supervisor's hands leads to the floor.
  const shown = pages.includes(route.value.page) ? route.value.page : "floor";
  return (
    <PartsProvider value={parts}>
      <div class="board" data-testid="board">
        <Navigation pages={pages} shown={shown} />
        <div class="board__main">
          <ConnectionBanner />
          <main class="board__page" key={shown}>
            <Page name={shown} />
          </main>
        </div>
        {session !== null && <SessionPanel key={session} id={session} />}
      </div>
    </PartsProvider>
  );
}

function Page({ name }: { name: PageName }) {
  switch (name) {
    case "floor":
      return <FloorPage />;
    case "sessions":
      return <SessionsPage />;
    case "quality":
      return <QualityPage />;
    case "knowledge":
      return <KnowledgePage />;
    case "bot":
      return <BotPage />;
    case "consultants":
      return <ConsultantsPage />;
    case "accounts":
      return <AccountsPage />;
  }
}
