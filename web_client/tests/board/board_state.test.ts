import { describe, expect, it } from "vitest";
import {
  longestWaitSeconds,
  reduceBoard,
  unopenedBoard,
  waitedSeconds,
  type BoardAction,
  type LiveBoard,
} from "../../src/board/floor/board_state";
import { byAvailability } from "../../src/board/floor/consultant_order";
import type { BoardConsultant, BoardState, BoardWaiting, PersonId, SessionId } from "../../src/core/wire";

const emptyFloor: BoardState = {
  waiting: [],
  longest_wait_s: 0,
  active: [],
  consultants: [],
  bot: { started: 0, asked_for_person: 0, in_conversation: 0, helpful: 0, not_helpful: 0 },
  estimates: { judged: 0, covered_p50: null, covered_p90: null },
  ratings: [],
};

function waiting(id: string, waited_s: number): BoardWaiting {
  return {
    id: id as SessionId,
    position: 1,
    user: { id: "u" as PersonId, name: "王小明" },
    language: "zh",
    priority: 0,
    queued_at: "2030-01-01T00:00:00.000Z",
    is_offered: false,
    waited_s,
  };
}

function after(...actions: BoardAction[]): LiveBoard {
  return actions.reduce(reduceBoard, unopenedBoard);
}

const opened: BoardAction = { type: "opened", board: emptyFloor, version: 4, now_ms: 1_000 };

describe("the live board", () => {
  it("wants to be opened before it knows anything", () => {
    expect(unopenedBoard.needs_open).toBe(true);
    expect(after({ type: "changed", change: { version: 1, waiting: [waiting("s", 1)] }, now_ms: 0 })).toBe(unopenedBoard);
  });

  it("replaces the parts that a change names and keeps the others", () => {
    const bot = { ...emptyFloor.bot, in_conversation: 2 };
    const live = after(opened, { type: "changed", change: { version: 5, bot }, now_ms: 2_000 });
    expect(live.version).toBe(5);
    expect(live.board).toEqual({ ...emptyFloor, bot });
    expect(live.board).not.toHaveProperty("version");
  });

  it("ignores a change that it already has", () => {
    const live = after(opened);
    expect(reduceBoard(live, { type: "changed", change: { version: 4, waiting: [waiting("s", 1)] }, now_ms: 2 })).toBe(live);
  });

  it("asks to be opened again after a gap and takes nothing until then", () => {
    const late: BoardAction = { type: "changed", change: { version: 6, waiting: [waiting("s", 1)] }, now_ms: 2_000 };
    const behind = after(opened, late);
    expect(behind.needs_open).toBe(true);
    expect(behind.board?.waiting).toEqual([]);
    const next: BoardAction = { type: "changed", change: { version: 5, waiting: [waiting("s", 1)] }, now_ms: 3_000 };
    expect(reduceBoard(behind, next)).toBe(behind);
  });

  it("shows the last known floor while a new connection opens it again", () => {
    const live = after(opened, { type: "connected" });
    expect(live.needs_open).toBe(true);
    expect(live.board).toEqual(emptyFloor);
    expect(reduceBoard(live, { ...opened, version: 1 } as BoardAction).needs_open).toBe(false);
  });

  it("lets the seconds run on between two events", () => {
    const live = after(opened, {
      type: "changed",
      change: { version: 5, waiting: [waiting("a", 12), waiting("b", 40)] },
      now_ms: 10_000,
    });
    expect(waitedSeconds(12, live, 13_400)).toBe(15);
    expect(longestWaitSeconds(live, 13_400)).toBe(43);
  });

  it("does not let a change of another part set the waits back", () => {
    const live = after(
      { ...opened, board: { ...emptyFloor, waiting: [waiting("a", 12)] } } as BoardAction,
      { type: "changed", change: { version: 5, active: [] }, now_ms: 61_000 },
    );
    expect(longestWaitSeconds(live, 61_000)).toBe(72);
  });

  it("has no longest wait when nobody waits", () => {
    expect(longestWaitSeconds(after(opened), 99_000)).toBe(0);
  });
});

describe("the order of consultants", () => {
  const one = (id: string, rest: Partial<BoardConsultant>): BoardConsultant => ({
    id: id as PersonId,
    name: id,
    title: "",
    status: "online",
    present: true,
    open: 0,
    capacity: 3,
    ...rest,
  });

  it("puts who is there and free first, and who is gone last", () => {
    const order = byAvailability([
      one("gone", { present: false }),
      one("full", { open: 3 }),
      one("busy", { status: "busy" }),
      one("free", {}),
    ]).map((consultant) => consultant.name);
    expect(order).toEqual(["free", "full", "busy", "gone"]);
  });
});
