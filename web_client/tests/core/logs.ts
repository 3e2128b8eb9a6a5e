/** Builds messages, sessions and pages for the tests of the session log. */

import type { Outgoing } from "../../src/core/outgoing";
import type { ClientMessageId, Message, PersonId, Session, SessionId } from "../../src/core/wire";

export const SESSION = "s-1" as SessionId;
export const ME = "u-1" as PersonId;
export const OTHER = "c-1" as PersonId;

export function cmid(name: string | number): ClientMessageId {
  return `cmid-${name}` as ClientMessageId;
}

export function message(seq: number, change: Partial<Message> = {}): Message {
  return {
    session_id: SESSION,
    epoch: 1,
    seq,
    cmid: cmid(seq),
    kind: "text",
    from: { role: "consultant", id: OTHER, name: "Li" },
    text: `message ${seq}`,
    created_at: "2026-01-05T08:00:00.000Z",
    ...change,
  };
}

export function messages(from: number, to: number, change: Partial<Message> = {}): Message[] {
  return Array.from({ length: to - from + 1 }, (_, index) => message(from + index, change));
}

export function session(last_seq: number, change: Partial<Session> = {}): Session {
  return {
    id: SESSION,
    status: "active",
    epoch: 1,
    last_seq,
    language: "zh",
    tags: [],
    priority: 0,
    created_at: "2026-01-05T08:00:00.000Z",
    user: { id: ME, name: "Ada" },
    receipts: { user: { delivered: 0, read: 0 }, consultant: { delivered: 0, read: 0 } },
    ...change,
  };
}

export function outgoing(name: string, change: Partial<Outgoing> = {}): Outgoing {
  return { cmid: cmid(name), kind: "text", text: name, created_at: "2026-01-05T08:01:00.000Z", state: "waiting", ...change };
}

/** A small repeatable random generator (mulberry32) in [0, 1). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
