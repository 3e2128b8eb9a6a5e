/** The left pane: offers, one's own conversations, who waits, and what ended lately. */

import { formatMoment } from "../core/i18n";
import type { Session } from "../core/wire";
import { Button, EmptyState, PeopleIcon, Skeleton, StarsShown } from "../ui";
import { act } from "./acts";
import { nowMs } from "./clock";
import type { Desk } from "./desk";
import { openOffers } from "./desk_state";
import { pane } from "./layout";
import { OfferCard } from "./offer_card";
import { QueueList } from "./queue_list";
import { SessionRow } from "./session_row";
import { deskText } from "./texts";

export function ListPane({ desk }: { desk: Desk }) {
  const t = deskText.value;
  const { is_known } = desk.view.value;
  return (
    <nav class="pane pane--list" aria-label={t.paneList}>
      <div class="pane__scroller">
        {!is_known ? (
          <Skeleton rows={6} />
        ) : (
          <>
            <Offers desk={desk} />
            <OwnSessions desk={desk} />
            <QueueList desk={desk} />
            <Recent desk={desk} />
          </>
        )}
      </div>
    </nav>
  );
}

function Offers({ desk }: { desk: Desk }) {
  const offers = openOffers(desk.view.value, nowMs.value);
  const t = deskText.value;
  // The live region stays in the page, so that an offer is read out when it comes.
  return (
    <section class="list-part" aria-label={t.offersHeading} aria-live="assertive">
      {offers.length > 0 && <h2 class="list-part__title list-part__title--news">{t.offersHeading}</h2>}
      {offers.map((offer) => (
        <OfferCard key={`${offer.session_id}-${offer.fence}`} desk={desk} offer={offer} />
      ))}
    </section>
  );
}

function OwnSessions({ desk }: { desk: Desk }) {
  const t = deskText.value;
  const { sessions, presence, fresh } = desk.view.value;
  const names = sessions.filter((session) => fresh.has(session.id)).map((session) => session.user.name);
  return (
    <section class="list-part" aria-label={t.mine}>
      <p class="visually-hidden" role="status">
        {names.length > 0 && t.assigned({ names: names.join(", ") })}
      </p>
      <h2 class="list-part__title">
        {t.mine}
        {presence !== null && <span class="list-part__count">{t.capacityUse({ open: sessions.length, capacity: presence.capacity })}</span>}
      </h2>
      {sessions.length === 0 ? (
        <NoSessions desk={desk} />
      ) : (
        <ul class="rows">
          {sessions.map((session) => (
            <SessionRow key={session.id} desk={desk} session={session} />
          ))}
        </ul>
      )}
    </section>
  );
}

function NoSessions({ desk }: { desk: Desk }) {
  const t = deskText.value;
  const is_online = desk.view.value.presence?.status === "online";
  const is_connected = desk.parts.connection.status.value === "connected";
  return (
    <EmptyState title={t.noSessionsTitle} icon={<PeopleIcon />} testid="no-sessions">
      <p>{is_online ? t.noSessionsOnline : t.noSessionsOffline}</p>
      {!is_online && (
        <Button kind="primary" size="small" testid="go-online" disabled={!is_connected} onClick={() => act(() => desk.setPresence("online"))}>
          {t.goOnline}
        </Button>
      )}
    </EmptyState>
  );
}

function Recent({ desk }: { desk: Desk }) {
  const sessions = (desk.past.recent.value ?? []).filter((session) => !desk.isMine(session.id));
  if (sessions.length === 0) return null;
  return (
    <details class="list-part recent">
      <summary class="list-part__title">{deskText.value.recentHeading}</summary>
      <ul class="rows">
        {sessions.map((session) => (
          <RecentRow key={session.id} desk={desk} session={session} />
        ))}
      </ul>
    </details>
  );
}

function RecentRow({ desk, session }: { desk: Desk; session: Session }) {
  const open = (): void => {
    desk.select(session.id);
    pane.value = "talk";
  };
  return (
    <li>
      <button
        type="button"
        class="past-row"
        aria-current={desk.selected.value === session.id ? "true" : undefined}
        data-testid="desk-recent"
        data-session={session.id}
        onClick={open}
      >
        <span class="past-row__name">{session.user.name}</span>
        {session.rating !== undefined && <StarsShown value={session.rating.score} />}
        <time dateTime={session.ended_at}>{formatMoment(session.ended_at ?? session.created_at)}</time>
      </button>
    </li>
  );
}
