/** Keeps the live board in step: opens it at every connect and after every gap, and takes the changes between. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { Connection } from "../../core/connection";
import { reduceBoard, unopenedBoard, type BoardAction, type LiveBoard } from "./board_state";

const RETRY_MS = 1_500;

export class BoardFeed {
  private readonly connection: Connection;
  private readonly state = signal<LiveBoard>(unopenedBoard);
  private readonly failed = signal<unknown>(null);
  private readonly stops: (() => void)[];
  private timer: ReturnType<typeof setTimeout> | null = null;
  private opening = false;
  private closed = false;

  constructor(connection: Connection) {
    this.connection = connection;
    this.stops = [
      connection.on("board", (change) => this.dispatch({ type: "changed", change, now_ms: Date.now() })),
      connection.onConnected(() => this.dispatch({ type: "connected" })),
    ];
  }

  get live(): ReadonlySignal<LiveBoard> {
    return this.state;
  }

  /** Why the board cannot be opened; null once it could. */
  get failure(): ReadonlySignal<unknown> {
    return this.failed;
  }

  close(): void {
    this.closed = true;
    for (const stop of this.stops) stop();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private dispatch(action: BoardAction): void {
    this.state.value = reduceBoard(this.state.peek(), action);
    if (this.state.peek().needs_open) void this.open();
  }

  private async open(): Promise<void> {
    if (this.opening || this.closed || this.connection.status.peek() !== "connected") return;
    this.opening = true;
    try {
      const { board, version } = await this.connection.emit("board:open", {});
      this.dispatch({ type: "opened", board, version, now_ms: Date.now() });
      this.failed.value = null;
    } catch (failure) {
      this.failed.value = failure;
      this.timer = setTimeout(() => void this.open(), RETRY_MS);
    } finally {
      this.opening = false;
    }
  }
}
