/** The two kinds of expected failure a page meets: a refused HTTP request and a refused or unanswered socket event. */

import type { WireFailure } from "./wire_events";

/** Codes that are ours: the server never sends them. */
export type LocalCode = "network" | "timeout" | "connection_lost" | "offline";

/** An HTTP request that failed; `code` is the server's stable code or a `LocalCode`, `status` is 0 without an answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown>;

  constructor(code: string, message: string, status: number, details: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** An event whose ack was a refusal, or never came; `retry` means that nothing or an unknown thing happened. */
export class WireError extends Error {
  override readonly name = "WireError";
  readonly code: string;
  readonly retry: boolean;
  readonly details: NonNullable<WireFailure["details"]>;

  constructor(failure: WireFailure) {
    super(failure.message);
    this.code = failure.code;
    this.retry = failure.retry;
    this.details = failure.details ?? {};
  }

  static unknown(code: LocalCode): WireError {
    return new WireError({ code, message: code, retry: true });
  }
}

/** The stable code of whatever was thrown; `internal` for what nobody expected. */
export function codeOf(failure: unknown): string {
  return failure instanceof ApiError || failure instanceof WireError ? failure.code : "internal";
}

/** Why exactly it was refused, where the server tells; else "". */
export function reasonOf(failure: unknown): string {
  const reason = failure instanceof ApiError || failure instanceof WireError ? failure.details["reason"] : "";
  return typeof reason === "string" ? reason : "";
}
