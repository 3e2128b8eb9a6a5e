/** One Socket.IO connection: acks with a time-out, tokens that never run out, and a calm way back after a loss. */

import { signal, type ReadonlySignal } from "@preact/signals";
import { io, type Socket } from "socket.io-client";
import type { Api } from "./api";
import { ApiError, WireError } from "./failures";
import type { Ack, ClientEvent, EventArgument, EventResult, ServerEvent, ServerEvents } from "./wire_events";

export type ConnectionStatus = "connecting" | "connected" | "offline";

const ACK_TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/** One failed attempt is a hiccup; from the second on the person is told. */
const ATTEMPTS_BEFORE_OFFLINE = 2;

type Listener<Name extends ServerEvent> = (payload: ServerEvents[Name]) => void;

export interface ConnectionOptions {
  /** The server's origin; absent: the page's own. */
  url?: string;
  /** In [0, 1): spreads reconnects; a parameter so that tests are repeatable. */
  random?: () => number;
}

export class Connection {
  private readonly api: Api;
  private readonly socket: Socket;
  private readonly random: () => number;
  private readonly statusSignal = signal<ConnectionStatus>("connecting");
  private readonly refusalSignal = signal<string | null>(null);
  private readonly connectedCallbacks = new Set<() => void>();
  private readonly lostCallbacks = new Set<() => void>();
  private retryTimer: ReturnType<typeof setTimeout> | null = null;
  private attempts = 0;
  private wanted = false;
  private renewed = false;
  private leaving = false;

  constructor(api: Api, options: ConnectionOptions = {}) {
    this.api = api;
    this.random = options.random ?? Math.random;
    const settings = {
      transports: ["websocket"],
      autoConnect: false,
      // Losses, refusals and restarts go down one road, ours.
      reconnection: false,
      forceNew: true,
      auth: (give: (auth: object) => void) => this.authenticate(give),
    };
    this.socket = options.url === undefined ? io(settings) : io(options.url, settings);
    this.listen();
  }

  get status(): ReadonlySignal<ConnectionStatus> {
    return this.statusSignal;
  }

  /** Why the server does not want this person at all (`unauthorized`, `bad_request`); null while there is hope. */
  get refusal(): ReadonlySignal<string | null> {
    return this.refusalSignal;
  }

  open(): void {
    this.wanted = true;
    this.refusalSignal.value = null;
    if (this.socket.connected) return;
    this.attempts = 0;
    this.attempt();
  }

  close(): void {
    this.wanted = false;
    this.cancelRetry();
    this.socket.disconnect();
    this.statusSignal.value = "offline";
  }

  /** After another person signed in: the same listeners, a new handshake. */
  reopen(): void {
    this.close();
    this.statusSignal.value = "connecting";
    this.open();
  }

  /** Resolves with the ack's result; rejects with a `WireError` (`retry` tells whether to send the same again). */
  async emit<Name extends ClientEvent>(
    name: Name,
    argument: EventArgument<Name>,
    timeout_ms = ACK_TIMEOUT_MS,
  ): Promise<EventResult<Name>> {
    // Without this the library would buffer, and send old things after a reconnect in front of the sync.
    if (!this.socket.connected) throw WireError.unknown("offline");
    const ack = await this.acknowledged<EventResult<Name>>(name, argument, timeout_ms);
    if (ack.ok) return ack;
    if (ack.error.code === "token_expired") void this.renewToken();
    throw new WireError(ack.error);
  }

  /** Listens to a server event; returns the way to stop. */
  on<Name extends ServerEvent>(name: Name, listener: Listener<Name>): () => void {
    this.socket.on(name as string, listener as (payload: unknown) => void);
    return () => this.socket.off(name as string, listener as (payload: unknown) => void);
  }

  /** Calls back after every (re)connect, and at once when already connected. */
  onConnected(callback: () => void): () => void {
    this.connectedCallbacks.add(callback);
    if (this.socket.connected) callback();
    return () => this.connectedCallbacks.delete(callback);
  }

  onLost(callback: () => void): () => void {
    this.lostCallbacks.add(callback);
    return () => this.lostCallbacks.delete(callback);
  }

  private async acknowledged<Result>(name: string, argument: unknown, timeout_ms: number): Promise<Ack<Result>> {
    try {
      return (await this.socket.timeout(timeout_ms).emitWithAck(name, argument)) as Ack<Result>;
    } catch {
      throw WireError.unknown(this.socket.connected ? "timeout" : "connection_lost");
    }
  }

  private listen(): void {
    this.socket.on("connect", () => this.connected());
    this.socket.on("connect_error", (failure) => void this.refused(failure));
    this.socket.on("disconnect", () => this.lost());
    this.on("auth:expiring", () => void this.renewToken());
    this.on("server:restart", ({ retry_in_ms }) => this.leaveForRestart(retry_in_ms));
    if (typeof addEventListener === "undefined") return;
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.networkGone());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.hurry();
    });
  }

  private authenticate(give: (auth: object) => void): void {
    this.api.accessToken().then(
      (token) => give({ token, v: 1 }),
      (failure: unknown) => {
        if (isFinal(failure)) this.giveUp("unauthorized");
        else this.retryLater();
      },
    );
  }

  private connected(): void {
    this.attempts = 0;
    this.renewed = false;
    this.cancelRetry();
    this.statusSignal.value = "connected";
    for (const callback of this.connectedCallbacks) callback();
  }

  private lost(): void {
    for (const callback of this.lostCallbacks) callback();
    if (!this.wanted || this.leaving) return;
    this.statusSignal.value = isOnline() ? "connecting" : "offline";
    if (this.retryTimer === null) this.retryLater();
  }

  private async refused(failure: Error & { data?: { code?: string } }): Promise<void> {
    const code = failure.data?.code;
    if (code === "bad_request") return this.giveUp(code);
    if (code !== "token_expired" && code !== "unauthorized") return this.retryLater();
    if (this.renewed && code === "unauthorized") return this.giveUp(code);
    // A server that keeps refusing fresh tokens is asked ever less often.
    if (this.renewed) return this.retryLater();
    try {
      await this.api.refresh();
      this.renewed = true;
      this.retryIn(0);
    } catch (refusal) {
      if (isFinal(refusal)) this.giveUp("unauthorized");
      else this.retryLater();
    }
  }

  private giveUp(code: string): void {
    this.wanted = false;
    this.cancelRetry();
    this.socket.disconnect();
    this.statusSignal.value = "offline";
    this.refusalSignal.value = code;
  }

  private async renewToken(): Promise<void> {
    try {
      const { access_token } = await this.api.refresh();
      await this.emit("auth:refresh", { token: access_token });
    } catch {
      // The server closes the connection when the token runs out, and the way back asks for a new one.
    }
  }

  private leaveForRestart(retry_in_ms: number): void {
    this.retryIn(retry_in_ms * (0.5 + this.random()));
  }

  /** A delay of 0.5 to 1 times 500 ms, 1 s, 2 s … 15 s. */
  private retryLater(): void {
    const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(this.attempts, 10));
    this.retryIn(ceiling * (0.5 + this.random() / 2));
  }

  private retryIn(delay_ms: number): void {
    if (!this.wanted) return;
    this.cancelRetry();
    this.attempts += 1;
    if (this.attempts >= ATTEMPTS_BEFORE_OFFLINE && !this.socket.connected) this.statusSignal.value = "offline";
    this.retryTimer = setTimeout(() => this.attempt(), delay_ms);
  }

  private attempt(): void {
    this.cancelRetry();
    if (!this.wanted) return;
    // Also ends a handshake that hangs, and the connection to a server that announced its restart.
    this.leaving = true;
    this.socket.disconnect();
    this.leaving = false;
    this.socket.connect();
  }

  private hurry(): void {
    if (!this.wanted || this.socket.connected) return;
    this.attempts = 0;
    this.statusSignal.value = "connecting";
    this.attempt();
  }

  private networkGone(): void {
    if (this.wanted) this.statusSignal.value = "offline";
    this.socket.disconnect();
  }

  private cancelRetry(): void {
    if (this.retryTimer !== null) clearTimeout(this.retryTimer);
    this.retryTimer = null;
  }
}

function isFinal(failure: unknown): boolean {
  return failure instanceof ApiError && failure.status === 401;
}

function isOnline(): boolean {
  return typeof navigator === "undefined" || navigator.onLine !== false;
}
