/** For staff who are signed in but have no business here: where their place is. */

import { signOut } from "../../core/account";
import type { Api } from "../../core/api";
import type { Person } from "../../core/wire";
import { Button, PersonIcon } from "../../ui";
import { boardText } from "../texts";
import { act } from "./attempt";
import { PreferenceMenu } from "./preference_menu";

export function ClosedDoor({ api, person }: { api: Api; person: Person }) {
  const t = boardText.value;
  return (
    <div class="gate">
      <div class="gate__menu">
        <PreferenceMenu />
      </div>
      <section class="gate__sheet gate__sheet--notice" data-testid="closed-door">
        <span class="gate__mark">
          <PersonIcon />
        </span>
        <h1>{t.closedTitle}</h1>
        <p class="quiet">{t.closedDetail({ name: person.name })}</p>
        <a class="button button--primary button--wide" href="/desk">
          {t.toDesk}
        </a>
        <Button kind="quiet" wide testid="sign-out" onClick={() => act(() => signOut(api))}>
          {t.signInAsOther}
        </Button>
      </section>
    </div>
  );
}
