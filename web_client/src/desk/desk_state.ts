/**
 * The desk as this device knows it: a pure reducer over what was opened and the changes since.
 *
 * Changes are applied strictly by version. One that came too early waits for the answer to `desk:open`, which may
 * be overtaken; a gap asks for opening again, and until then the last known desk stays on screen.
 */

import type { DeskChanges, DeskState, Offer, Presence, QueueItem, Session, SessionId } from "../core/wire";

/** An offer with the end of its time by this device's clock. */
export interface HeldOffer extends Offer {
  expires_at_ms: number;
}

export interface DeskView {
  /** False until the first answer to `desk:open`; the lists are meaningless before. */
  is_known: boolean;
  needs_open: boolean;
  version: number;
  presence: Presence | null;
  /** In the order of their assignment, so that rows do not jump. */
  sessions: readonly Session[];
  queue: readonly QueueItem[];
  offers: readonly HeldOffer[];
  /** Assigned without this consultant's own doing and not looked at yet. */
  fresh: ReadonlySet<SessionId>;
  early: readonly DeskChanges[];
}

export type DeskAction =
  | { type: "opened"; desk: DeskState; now_ms: number }
  | { type: "lost" }
  | { type: "changes"; changes: DeskChanges }
  | { type: "presence"; presence: Presence }
  | { type: "offer"; offer: Offer; now_ms: number }
  | { type: "offer_gone"; session_id: SessionId }
  /** An own accept or claim was answered. */
  | { type: "taken"; session: Session }
  | { type: "session"; session: Session }
  | { type: "looked_at"; session_id: SessionId };

export const EMPTY_DESK: DeskView = {
  is_known: false,
  needs_open: true,
  version: 0,
  presence: null,
  sessions: [],
  queue: [],
  offers: [],
  fresh: new Set(),
  early: [],
};

/** More waiting changes than this mean that something is wrong: opening again is cheaper. */
const EARLY_LIMIT = 20;

/** The next state; the same object when nothing changed. */
export function reduceDesk(view: DeskView, action: DeskAction): DeskView {
  switch (action.type) {
    case "opened":
      return withOpened(view, action.desk, action.now_ms);
    case "lost":
      return { ...view, needs_open: true, early: [] };
    case "changes":
      return withChanges(view, action.changes);
    case "presence":
      return { ...view, presence: action.presence };
    case "offer":
      return withOffer(view, action.offer, action.now_ms);
    case "offer_gone":
      return withoutOffers(view, new Set([action.session_id]));
    case "taken":
      return withMine(view, [action.session], false);
    case "session":
      return withNews(view, action.session);
    case "looked_at":
      return withLook(view, action.session_id);
  }
}

/** The offers whose time is not over; the server revokes them a moment later. */
export function openOffers(view: DeskView, now_ms: number): readonly HeldOffer[] {
  return view.offers.filter((offer) => offer.expires_at_ms > now_ms);
}

function withOpened(view: DeskView, desk: DeskState, now_ms: number): DeskView {
  const known = new Set(view.sessions.map((session) => session.id));
  const arrived = view.is_known ? desk.sessions.filter((session) => !known.has(session.id)) : [];
  const ids = new Set(desk.sessions.map((session) => session.id));
  const opened: DeskView = {
    is_known: true,
    needs_open: false,
    version: desk.version,
    presence: desk.presence,
    sessions: byAssignment(desk.sessions),
    queue: byPosition(desk.queue),
    offers: desk.offers.map((offer) => held(offer, now_ms)),
    fresh: new Set([...view.fresh, ...arrived.map((session) => session.id)].filter((id) => ids.has(id))),
    early: [],
  };
  const waiting = view.early.filter((changes) => changes.version > desk.version);
  return waiting.sort((one, other) => one.version - other.version).reduce(withChanges, opened);
}

function withChanges(view: DeskView, changes: DeskChanges): DeskView {
  if (view.needs_open) return withEarly(view, changes);
  if (changes.version <= view.version) return view;
  if (changes.version > view.version + 1) return withEarly({ ...view, needs_open: true }, changes);
  const merged = withMine(withWaiting(view, changes.queue ?? []), changes.sessions ?? [], true);
  return {
    ...withoutSessions(merged, changes.removed ?? []),
    version: changes.version,
    presence: changes.presence ?? view.presence,
  };
}

function withEarly(view: DeskView, changes: DeskChanges): DeskView {
  return { ...view, early: [...view.early, changes].slice(-EARLY_LIMIT) };
}

/** A session that came to this desk is no longer waiting or on offer. */
function withMine(view: DeskView, sessions: readonly Session[], is_news: boolean): DeskView {
  if (sessions.length === 0) return view;
  const ids = new Set(sessions.map((session) => session.id));
  const known = new Set(view.sessions.map((session) => session.id));
  const arrived = is_news ? sessions.filter((session) => !known.has(session.id)) : [];
  return {
    ...view,
    sessions: byAssignment([...view.sessions.filter((session) => !ids.has(session.id)), ...sessions]),
    queue: view.queue.filter((item) => !ids.has(item.id)),
    offers: view.offers.filter((offer) => !ids.has(offer.session_id)),
    fresh: new Set([...view.fresh, ...arrived.map((session) => session.id)]),
  };
}

/** A session that waits is nobody's, also when it was this desk's until now. */
function withWaiting(view: DeskView, items: readonly QueueItem[]): DeskView {
  if (items.length === 0) return view;
  const ids = new Set(items.map((item) => item.id));
  return {
    ...view,
    queue: byPosition([...view.queue.filter((item) => !ids.has(item.id)), ...items]),
    sessions: view.sessions.filter((session) => !ids.has(session.id)),
    fresh: without(view.fresh, ids),
  };
}

function withoutSessions(view: DeskView, removed: readonly SessionId[]): DeskView {
  if (removed.length === 0) return view;
  const ids = new Set(removed);
  return {
    ...withoutOffers(view, ids),
    sessions: view.sessions.filter((session) => !ids.has(session.id)),
    queue: view.queue.filter((item) => !ids.has(item.id)),
    fresh: without(view.fresh, ids),
  };
}

function withOffer(view: DeskView, offer: Offer, now_ms: number): DeskView {
  if (view.sessions.some((session) => session.id === offer.session_id)) return view;
  const others = view.offers.filter((other) => other.session_id !== offer.session_id);
  // The same offer may be told twice: its time goes on as it was.
  const known = view.offers.find((other) => other.session_id === offer.session_id && other.fence >= offer.fence);
  return known === undefined ? { ...view, offers: [...others, held(offer, now_ms)] } : view;
}

function withoutOffers(view: DeskView, ids: ReadonlySet<SessionId>): DeskView {
  const offers = view.offers.filter((offer) => !ids.has(offer.session_id));
  return offers.length === view.offers.length ? view : { ...view, offers };
}

/** The session's own news is faster than the desk's: who ended or handed on sees it at once. */
function withNews(view: DeskView, session: Session): DeskView {
  const mine = view.sessions.find((held) => held.id === session.id);
  if (mine === undefined) return view;
  const is_still_mine = session.status === "active" && session.consultant?.id === mine.consultant?.id;
  if (!is_still_mine) return withoutSessions(view, [session.id]);
  return { ...view, sessions: view.sessions.map((held) => (held.id === session.id ? session : held)) };
}

function withLook(view: DeskView, session_id: SessionId): DeskView {
  return view.fresh.has(session_id) ? { ...view, fresh: without(view.fresh, new Set([session_id])) } : view;
}

function held(offer: Offer, now_ms: number): HeldOffer {
  return { ...offer, expires_at_ms: now_ms + offer.expires_in_ms };
}

function without(ids: ReadonlySet<SessionId>, gone: ReadonlySet<SessionId>): ReadonlySet<SessionId> {
  return new Set([...ids].filter((id) => !gone.has(id)));
}

function byAssignment(sessions: readonly Session[]): readonly Session[] {
  const moment = (session: Session): string => session.assigned_at ?? session.created_at;
  return [...sessions].sort((one, other) => moment(one).localeCompare(moment(other)) || one.id.localeCompare(other.id));
}

function byPosition(items: readonly QueueItem[]): readonly QueueItem[] {
  return [...items].sort((one, other) => one.position - other.position || one.queued_at.localeCompare(other.queued_at));
}
