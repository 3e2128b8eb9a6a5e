/** The frame of the page: the door, the wrong door, or the desk. */

import { Button, EmptyState, PeopleIcon, PersonIcon, Toasts } from "../ui";
import { act } from "./acts";
import { DeskScreen } from "./desk_screen";
import { SignIn } from "./sign_in";
import type { Staff } from "./staff";
import { deskText } from "./texts";

export function App({ staff }: { staff: Staff }) {
  return (
    <>
      <Door staff={staff} />
      <Toasts />
    </>
  );
}

function Door({ staff }: { staff: Staff }) {
  const person = staff.person.value;
  const desk = staff.desk.value;
  if (person === null || staff.isArriving.value) return <SignIn staff={staff} />;
  if (person.role !== "consultant") return <WrongPlace staff={staff} />;
  if (desk === null) return null;
  if (desk.refusal.value !== null) return <NoProfile staff={staff} />;
  return <DeskScreen key={person.id} staff={staff} desk={desk} />;
}

function WrongPlace({ staff }: { staff: Staff }) {
  const t = deskText.value;
  return (
    <main class="door" data-testid="wrong-place">
      <EmptyState title={t.wrongPlaceTitle} icon={<PeopleIcon />}>
        <p>{t.wrongPlace}</p>
        <p class="door__links">
          <a class="button button--primary button--medium" href="/board">
            {t.toBoard}
          </a>
          <SignOutButton staff={staff} />
        </p>
      </EmptyState>
    </main>
  );
}

function NoProfile({ staff }: { staff: Staff }) {
  const t = deskText.value;
  return (
    <main class="door" data-testid="no-profile">
      <EmptyState title={t.noProfileTitle} icon={<PersonIcon />}>
        <p>{t.noProfile}</p>
        <p class="door__links">
          <SignOutButton staff={staff} />
        </p>
      </EmptyState>
    </main>
  );
}

function SignOutButton({ staff }: { staff: Staff }) {
  return (
    <Button testid="sign-out" onClick={() => act(() => staff.signOut())}>
      {deskText.value.signOut}
    </Button>
  );
}
