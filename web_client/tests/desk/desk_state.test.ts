/** The desk on the device follows the server's versions and never shows one session in two places. */

import { describe, expect, it } from "vitest";
import type { DeskChanges, DeskState, Explanation, Offer, QueueItem, Session, SessionId } from "../../src/core/wire";
import { EMPTY_DESK, openOffers, reduceDesk, type DeskView } from "../../src/desk/desk_state";

const NOW_MS = Date.parse("2030-05-01T09:00:00.000Z");
const id = (name: string): SessionId => name as SessionId;

function session(name: string, more: Partial<Session> = {}): Session {
  return {
    id: id(name),
    status: "active",
    epoch: 1,
    last_seq: 1,
    language: "zh",
    tags: [],
    priority: 0,
    created_at: "2030-05-01T08:00:00.000Z",
    assigned_at: "2030-05-01T08:30:00.000Z",
    user: { id: `user-${name}` as Session["user"]["id"], name },
    consultant: { id: "me" as Session["user"]["id"], name: "Me" },
    receipts: { user: { delivered: 0, read: 0 }, consultant: { delivered: 0, read: 0 } },
    ...more,
  };
}

function waiting(name: string, position: number): QueueItem {
  const user = { id: `user-${name}` as QueueItem["user"]["id"], name };
  return { id: id(name), position, user, language: "zh", priority: 0, queued_at: "2030-05-01T08:50:00.000Z", is_offered: false };
}

function offer(name: string, fence = 1, expires_in_ms = 30_000): Offer {
  return { session_id: id(name), fence, expires_in_ms, session: session(name, { status: "queued" }), explanation: {} as Explanation };
}

function desk(more: Partial<DeskState> = {}): DeskState {
  return { presence: { status: "online", capacity: 3, open: 1, present: true }, sessions: [], offers: [], queue: [], version: 1, can_claim: false, ...more };
}

function opened(more: Partial<DeskState> = {}, view = EMPTY_DESK): DeskView {
  return reduceDesk(view, { type: "opened", desk: desk(more), now_ms: NOW_MS });
}

function changed(view: DeskView, ...all: DeskChanges[]): DeskView {
  return all.reduce((now, changes) => reduceDesk(now, { type: "changes", changes }), view);
}

const names = (rows: readonly { id: SessionId }[]): string[] => rows.map((row) => row.id);

describe("versions", () => {
  it("applies the next version", () => {
    const view = changed(opened(), { version: 2, sessions: [session("a")] });
    expect(names(view.sessions)).toEqual(["a"]);
    expect(view.version).toBe(2);
  });

  it("drops a version that it already has", () => {
    const view = opened({ version: 5 });
    expect(changed(view, { version: 5, removed: [id("a")] })).toBe(view);
  });

  it("asks for opening again after a gap and keeps what it shows", () => {
    const view = changed(opened({ sessions: [session("a")] }), { version: 3, removed: [id("a")] });
    expect(view.needs_open).toBe(true);
    expect(names(view.sessions)).toEqual(["a"]);
    expect(view.version).toBe(1);
  });

  it("applies changes that overtook the answer, in order and only once", () => {
    const early = changed(EMPTY_DESK, { version: 4, queue: [waiting("c", 1)] }, { version: 3, removed: [id("b")] }, { version: 2, removed: [id("a")] });
    const view = opened({ version: 2, sessions: [session("a"), session("b")] }, early);
    expect(view.needs_open).toBe(false);
    expect(view.version).toBe(4);
    expect(names(view.sessions)).toEqual(["a"]);
    expect(names(view.queue)).toEqual(["c"]);
  });

  it("asks again when what overtook the answer leaves a gap behind it", () => {
    const early = changed(EMPTY_DESK, { version: 9, removed: [id("a")] });
    expect(opened({ version: 2, sessions: [session("a")] }, early).needs_open).toBe(true);
  });

  it("forgets the old numbering when the connection is lost", () => {
    const lost = reduceDesk(opened({ version: 40, sessions: [session("a")] }), { type: "lost" });
    const again = opened({ version: 1, sessions: [session("a")] }, lost);
    expect(again.version).toBe(1);
    expect(again.fresh.size).toBe(0);
  });
});

describe("where a session stands", () => {
  it("moves from the queue to the desk without being removed", () => {
    const view = changed(opened({ queue: [waiting("a", 1), waiting("b", 2)] }), {
      version: 2,
      sessions: [session("a")],
      queue: [waiting("b", 1)],
    });
    expect(names(view.queue)).toEqual(["b"]);
    expect(view.queue[0]?.position).toBe(1);
    expect(names(view.sessions)).toEqual(["a"]);
  });

  it("moves from the desk back to the queue", () => {
    const view = changed(opened({ sessions: [session("a")] }), { version: 2, queue: [waiting("a", 1)] });
    expect(names(view.sessions)).toEqual([]);
    expect(names(view.queue)).toEqual(["a"]);
  });

  it("takes removed ones from desk, queue and offers", () => {
    const full = opened({ sessions: [session("a")], queue: [waiting("b", 1)], offers: [offer("b")] });
    const view = changed(full, { version: 2, removed: [id("a"), id("b")] });
    expect([view.sessions, view.queue, view.offers]).toEqual([[], [], []]);
  });

  it("keeps the queue in the order of positions", () => {
    const view = changed(opened({ queue: [waiting("a", 1), waiting("b", 2)] }), {
      version: 2,
      queue: [waiting("b", 1), waiting("a", 2)],
    });
    expect(names(view.queue)).toEqual(["b", "a"]);
  });

  it("keeps the rows of sessions in the order of assignment", () => {
    const older = session("b", { assigned_at: "2030-05-01T08:10:00.000Z" });
    const view = changed(opened({ sessions: [session("a")] }), { version: 2, sessions: [older] });
    expect(names(view.sessions)).toEqual(["b", "a"]);
  });

  it("replaces a session that has changed", () => {
    const view = changed(opened({ sessions: [session("a")] }), { version: 2, sessions: [session("a", { tags: ["x"] })] });
    expect(view.sessions.map((one) => one.tags)).toEqual([["x"]]);
  });

  it("lets the session's own news end it before the desk says so", () => {
    const view = reduceDesk(opened({ sessions: [session("a")] }), { type: "session", session: session("a", { status: "ended" }) });
    expect(names(view.sessions)).toEqual([]);
  });

  it("lets go of a session that was handed to somebody else", () => {
    const elsewhere = session("a", { consultant: { id: "other" as Session["user"]["id"], name: "Other" } });
    expect(names(reduceDesk(opened({ sessions: [session("a")] }), { type: "session", session: elsewhere }).sessions)).toEqual([]);
  });

  it("does not adopt a session only because there is news of it", () => {
    const view = opened();
    expect(reduceDesk(view, { type: "session", session: session("a") })).toBe(view);
  });
});

describe("presence", () => {
  it("stays as it was when a change does not mention it", () => {
    expect(changed(opened(), { version: 2, removed: [id("x")] }).presence?.status).toBe("online");
  });

  it("follows what the server says", () => {
    const away = { status: "away" as const, capacity: 2, open: 0, present: true };
    expect(changed(opened(), { version: 2, presence: away }).presence).toEqual(away);
  });
});

describe("offers", () => {
  it("end by this device's clock", () => {
    const view = reduceDesk(opened(), { type: "offer", offer: offer("a", 1, 30_000), now_ms: NOW_MS });
    expect(openOffers(view, NOW_MS + 29_999)).toHaveLength(1);
    expect(openOffers(view, NOW_MS + 30_000)).toHaveLength(0);
  });

  it("are replaced by a newer offer of the same session, never by an older one", () => {
    const first = reduceDesk(opened(), { type: "offer", offer: offer("a", 2), now_ms: NOW_MS });
    const older = reduceDesk(first, { type: "offer", offer: offer("a", 1), now_ms: NOW_MS });
    const again = reduceDesk(first, { type: "offer", offer: offer("a", 2, 20_000), now_ms: NOW_MS + 2_000 });
    const newer = reduceDesk(first, { type: "offer", offer: offer("a", 3), now_ms: NOW_MS });
    expect(older.offers.map((one) => one.fence)).toEqual([2]);
    expect(again).toBe(first);
    expect(newer.offers.map((one) => one.fence)).toEqual([3]);
  });

  it("go when they are revoked", () => {
    const view = reduceDesk(opened({ offers: [offer("a"), offer("b")] }), { type: "offer_gone", session_id: id("a") });
    expect(view.offers.map((one) => one.session_id)).toEqual(["b"]);
  });

  it("go when the session was taken, which is not news to the one who took it", () => {
    const view = reduceDesk(opened({ offers: [offer("a")], queue: [waiting("a", 1)] }), { type: "taken", session: session("a") });
    expect(view.offers).toEqual([]);
    expect(view.queue).toEqual([]);
    expect(view.fresh.has(id("a"))).toBe(false);
  });

  it("do not come for a session that is already on the desk", () => {
    const view = opened({ sessions: [session("a")] });
    expect(reduceDesk(view, { type: "offer", offer: offer("a"), now_ms: NOW_MS })).toBe(view);
  });
});

describe("new assignments", () => {
  it("are marked until they are looked at", () => {
    const view = changed(opened(), { version: 2, sessions: [session("a")] });
    expect(view.fresh.has(id("a"))).toBe(true);
    expect(reduceDesk(view, { type: "looked_at", session_id: id("a") }).fresh.has(id("a"))).toBe(false);
  });

  it("are not what was there when the page was opened", () => {
    expect(opened({ sessions: [session("a")] }).fresh.size).toBe(0);
  });

  it("include what came while the connection was lost", () => {
    const lost = reduceDesk(opened({ sessions: [session("a")] }), { type: "lost" });
    expect([...opened({ sessions: [session("a"), session("b")] }, lost).fresh]).toEqual(["b"]);
  });

  it("are forgotten with the session", () => {
    const view = changed(opened(), { version: 2, sessions: [session("a")] }, { version: 3, removed: [id("a")] });
    expect(view.fresh.size).toBe(0);
  });
});
