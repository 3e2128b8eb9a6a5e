/** What the user asked before, as far as this consultant may read it. */

import { formatMoment } from "../core/i18n";
import type { Session } from "../core/wire";
import { Skeleton, StarsShown } from "../ui";
import type { Desk } from "./desk";
import { pane } from "./layout";
import { LoadFailed } from "./load_failed";
import { useLoaded } from "./loaded";
import { deskText } from "./texts";

export function PastOfUser({ desk, session }: { desk: Desk; session: Session }) {
  const t = deskText.value;
  const loaded = useLoaded(session.user.id, () => desk.past.ofUser(session.user.id));
  if (loaded.state === "loading") return <Skeleton rows={2} />;
  if (loaded.state === "failed") return <LoadFailed onAgain={loaded.again} />;
  const others = loaded.value.filter((one) => one.id !== session.id && one.status === "ended");
  if (others.length === 0) return <p class="context-part__empty">{t.noPastSessions}</p>;
  return (
    <ul class="rows rows--context">
      {others.map((one) => (
        <PastRow key={one.id} desk={desk} session={one} />
      ))}
    </ul>
  );
}

function PastRow({ desk, session }: { desk: Desk; session: Session }) {
  const t = deskText.value;
  const open = (): void => {
    desk.select(session.id);
    pane.value = "talk";
  };
  return (
    <li>
      <button type="button" class="past-row" data-testid="past-session" data-session={session.id} onClick={open}>
        <span class="past-row__name">{session.topic ?? formatMoment(session.created_at)}</span>
        {session.rating !== undefined && <StarsShown value={session.rating.score} />}
        <span class="past-row__about">
          {session.topic !== undefined && <time dateTime={session.created_at}>{formatMoment(session.created_at)}</time>}
          {session.consultant !== undefined && <span>{t.pastWith({ name: session.consultant.name })}</span>}
        </span>
      </button>
    </li>
  );
}
