/** The live board as a pure reducer: what was opened, plus every change in order of its version. */

import type { BoardState } from "../../core/wire";

export interface LiveBoard {
  /** Null until it was opened for the first time; kept, though growing old, while the connection is lost. */
  board: BoardState | null;
  version: number;
  /** A change was missed, or the connection is new: only opening the board again tells the truth. */
  needs_open: boolean;
  /** When `waiting` arrived, in milliseconds of this device's clock: its seconds run on from there. */
  waiting_at_ms: number;
}

export type BoardChange = Partial<BoardState> & { version: number };

export type BoardAction =
  | { type: "opened"; board: BoardState; version: number; now_ms: number }
  | { type: "changed"; change: BoardChange; now_ms: number }
  | { type: "connected" };

export const unopenedBoard: LiveBoard = { board: null, version: 0, needs_open: true, waiting_at_ms: 0 };

/** The next state; the same object when nothing changed. */
export function reduceBoard(live: LiveBoard, action: BoardAction): LiveBoard {
  switch (action.type) {
    case "connected":
      return live.needs_open ? live : { ...live, needs_open: true };
    case "opened":
      return { board: action.board, version: action.version, needs_open: false, waiting_at_ms: action.now_ms };
    case "changed":
      return withChange(live, action.change, action.now_ms);
  }
}

function withChange(live: LiveBoard, change: BoardChange, now_ms: number): LiveBoard {
  // The answer to the open that is under way contains this change already.
  if (live.board === null || live.needs_open || change.version <= live.version) return live;
  if (change.version > live.version + 1) return { ...live, needs_open: true };
  const { version, ...parts } = change;
  return {
    board: { ...live.board, ...parts },
    version,
    needs_open: false,
    waiting_at_ms: parts.waiting === undefined ? live.waiting_at_ms : now_ms,
  };
}

/** Seconds waited by now: what the server counted, plus what passed since it told. */
export function waitedSeconds(waited_s: number, live: LiveBoard, now_ms: number): number {
  return waited_s + Math.max(0, Math.floor((now_ms - live.waiting_at_ms) / 1000));
}

export function longestWaitSeconds(live: LiveBoard, now_ms: number): number {
  const waits = live.board?.waiting.map((one) => one.waited_s) ?? [];
  return waits.length === 0 ? 0 : waitedSeconds(Math.max(...waits), live, now_ms);
}
