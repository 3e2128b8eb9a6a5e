/** What a row of the list says is what happened in the conversation. */

import { describe, expect, it } from "vitest";
import { emptyLog, type SessionLog } from "../../src/core/session_log";
import type { Message, PersonId, SenderRole, Session, SessionId } from "../../src/core/wire";
import { lastQuestionSeq, lastWordOf, patienceAfter, unreadOf, waitingSinceMs } from "../../src/desk/session_facts";

const at = (minute: number): string => `2030-05-01T09:${String(minute).padStart(2, "0")}:00.000Z`;

function message(seq: number, role: SenderRole, minute: number, more: Partial<Message> = {}): Message {
  const from = { role, id: role as string as PersonId, name: role };
  return { session_id: "s", epoch: 1, seq, cmid: `m${seq}`, kind: role === "system" ? "system" : "text", from, text: `${role} ${seq}`, created_at: at(minute), ...more } as Message;
}

function log(messages: Message[], more: Partial<SessionLog> = {}): SessionLog {
  const session = { id: "s", status: "active", created_at: at(0), queued_at: at(5) } as unknown as Session;
  return { ...emptyLog("s" as SessionId, "consultant" as PersonId), session, messages, first_seq: 1, last_seq: messages.length, ...more };
}

describe("the wait", () => {
  it("counts from the oldest unanswered message", () => {
    const talk = log([message(1, "user", 6), message(2, "consultant", 7), message(3, "user", 8), message(4, "user", 9)]);
    expect(waitingSinceMs(talk)).toBe(Date.parse(at(8)));
  });

  it("ends with a person's answer, a supervisor's as well", () => {
    expect(waitingSinceMs(log([message(1, "user", 6), message(2, "consultant", 7)]))).toBeNull();
    expect(waitingSinceMs(log([message(1, "user", 6), message(2, "supervisor", 7)]))).toBeNull();
  });

  it("does not end with the bot's answer or a fact of the system", () => {
    const talk = log([message(1, "user", 6), message(2, "bot", 7), message(3, "system", 8)]);
    expect(waitingSinceMs(talk)).toBe(Date.parse(at(6)));
  });

  it("leaves out the time in which the bot was asked", () => {
    expect(waitingSinceMs(log([message(1, "user", 1), message(2, "bot", 2)]))).toBe(Date.parse(at(5)));
  });

  it("is over once an answer is on its way", () => {
    const outgoing = [{ cmid: "x", kind: "text", text: "hi", created_at: at(9), state: "waiting" }] as unknown as SessionLog["outgoing"];
    expect(waitingSinceMs(log([message(1, "user", 6)], { outgoing }))).toBeNull();
  });

  it("is none in a conversation that has ended", () => {
    const session = { id: "s", status: "ended", created_at: at(0) } as unknown as Session;
    expect(waitingSinceMs(log([message(1, "user", 6)], { session }))).toBeNull();
  });

  it("looks more urgent the longer it lasts", () => {
    expect([0, 59, 60, 179, 180].map(patienceAfter)).toEqual(["calm", "calm", "long", "long", "too_long"]);
  });
});

describe("unread", () => {
  it("counts the user's messages behind the read mark and nobody else's", () => {
    const receipts = { user: { delivered: 0, read: 0 }, consultant: { delivered: 4, read: 1 } };
    const talk = log([message(1, "user", 6), message(2, "bot", 6), message(3, "user", 7), message(4, "system", 8)], { receipts });
    expect(unreadOf(talk)).toBe(1);
  });
});

describe("the preview", () => {
  it("is the last thing that somebody said", () => {
    expect(lastWordOf(log([message(1, "user", 6), message(2, "system", 7)]))?.seq).toBe(1);
    expect(lastWordOf(log([message(1, "system", 6)]))).toBeNull();
  });
});

describe("the question for suggestions", () => {
  it("is the user's newest message that was not taken back", () => {
    const taken_back = message(3, "user", 8, { data: { recalled: true } });
    expect(lastQuestionSeq(log([message(1, "user", 6), message(2, "consultant", 7), taken_back]))).toBe(1);
  });
});
