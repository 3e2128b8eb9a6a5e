import { describe, expect, test } from "vitest";
import { emptyLog, hasOlder, nextToSend, reduceLog, type SessionLog, type SessionLogAction } from "../../src/core/session_log";
import { cmid, ME, message, messages, OTHER, outgoing, randomFrom, session, SESSION } from "./logs";

function after(log: SessionLog, ...actions: SessionLogAction[]): SessionLog {
  return actions.reduce(reduceLog, log);
}

function inStep(last_seq: number): SessionLog {
  const page = { session: session(last_seq), messages: messages(1, last_seq), reset: false };
  return after(emptyLog(SESSION, ME), { type: "connected" }, { type: "page", page });
}

function seqs(log: SessionLog): number[] {
  return log.messages.map((one) => one.seq);
}

describe("applying messages", () => {
  test("the next message is appended", () => {
    const log = after(inStep(3), { type: "message", message: message(4) });
    expect(seqs(log)).toEqual([1, 2, 3, 4]);
    expect(log.needs_sync).toBe(false);
  });

  test("a message that is already known is dropped", () => {
    const log = after(inStep(3), { type: "message", message: message(2, { text: "forged" }) });
    expect(seqs(log)).toEqual([1, 2, 3]);
    expect(log.messages[1]?.text).toBe("message 2");
  });

  test("a gap shows nothing out of order and asks for a sync", () => {
    const log = after(inStep(3), { type: "message", message: message(5) });
    expect(seqs(log)).toEqual([1, 2, 3]);
    expect(log.needs_sync).toBe(true);
  });

  test("the missing message releases what waited behind the gap", () => {
    const log = after(inStep(3), { type: "message", message: message(5) }, { type: "message", message: message(4) });
    expect(seqs(log)).toEqual([1, 2, 3, 4, 5]);
  });

  test("a message before the first look waits for it", () => {
    const early = after(emptyLog(SESSION, ME), { type: "message", message: message(8) });
    expect(seqs(early)).toEqual([]);
    const page = { session: session(8), messages: messages(6, 8), reset: false };
    expect(seqs(after(early, { type: "page", page }))).toEqual([6, 7, 8]);
  });

  test("any order and any repetition of deliveries ends in the same log", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = randomFrom(seed);
      const total = 1 + Math.floor(random() * 40);
      const known = Math.floor(random() * (total + 1));
      let log = inStep(known);
      const deliveries = messages(1, total).flatMap((one) => (random() < 0.3 ? [one, one] : random() < 0.2 ? [] : [one]));
      deliveries.sort(() => random() - 0.5);
      for (const one of deliveries) {
        log = after(log, { type: "message", message: one });
        expect(seqs(log)).toEqual(messages(1, log.last_seq).map((other) => other.seq));
      }
      const page = { session: session(total), messages: messages(log.last_seq + 1, total), reset: false };
      log = after(log, { type: "page", page });
      expect(seqs(log)).toEqual(messages(1, total).map((one) => one.seq));
      expect(log.needs_sync).toBe(false);
      expect(log.ahead).toEqual([]);
    }
  });

  test("a recall empties the text everywhere and keeps the place", () => {
    const recall = message(4, { kind: "system", text: "", data: { event: "recalled", seq: 2 } });
    const log = after(inStep(3), { type: "message", message: recall });
    expect(log.messages[1]).toMatchObject({ seq: 2, text: "", data: { recalled: true } });
  });
});

describe("syncing", () => {
  test("a page that is not the last one leaves the log waiting for the rest", () => {
    const page = { session: session(400), messages: messages(1, 200), reset: false };
    const log = after(emptyLog(SESSION, ME), { type: "connected" }, { type: "page", page });
    expect(log).toMatchObject({ last_seq: 200, needs_sync: true, is_synced: false });
  });

  test("a first look at the newest messages knows that there are older ones", () => {
    const page = { session: session(90), messages: messages(41, 90), reset: false };
    const log = after(emptyLog(SESSION, ME), { type: "page", page });
    expect(log).toMatchObject({ first_seq: 41, last_seq: 90, is_synced: true });
    expect(hasOlder(log)).toBe(true);
  });

  test("older messages are put in front, only where they join without a hole", () => {
    const page = { session: session(90), messages: messages(41, 90), reset: false };
    const log = after(emptyLog(SESSION, ME), { type: "page", page });
    expect(after(log, { type: "older", messages: messages(1, 30) }).first_seq).toBe(41);
    const joined = after(log, { type: "older", messages: messages(1, 40) });
    expect(seqs(joined)).toEqual(messages(1, 90).map((one) => one.seq));
    expect(hasOlder(joined)).toBe(false);
  });

  test("the server's hint of a longer log asks for a sync, a known one does not", () => {
    const log = inStep(3);
    expect(after(log, { type: "tail", hint: { session_id: SESSION, epoch: 1, last_seq: 3 } }).needs_sync).toBe(false);
    expect(after(log, { type: "tail", hint: { session_id: SESSION, epoch: 1, last_seq: 4 } }).needs_sync).toBe(true);
  });

  test("another epoch throws the old log away and sends again what only the old one had", () => {
    const acknowledged = outgoing("mine", { state: "sent", seq: 4 });
    const before = after(inStep(3), { type: "compose", message: acknowledged });
    const hinted = after(before, { type: "message", message: message(9, { epoch: 2 }) });
    expect(hinted.needs_sync).toBe(true);
    const page = { session: session(2, { epoch: 2 }), messages: messages(1, 2, { epoch: 2, text: "new" }), reset: true };
    const log = after(hinted, { type: "page", page });
    expect(log.messages.map((one) => one.text)).toEqual(["new", "new"]);
    expect(log.epoch).toBe(2);
    expect(nextToSend(log, 0)?.cmid).toBe(cmid("mine"));
  });

  test("a page that a push overtook does not turn the session back", () => {
    const ended = after(inStep(3), { type: "session", session: session(4, { status: "ended" }) });
    const page = { session: session(3), messages: [], reset: false };
    expect(after(ended, { type: "page", page }).session?.status).toBe("ended");
  });
});

describe("sending", () => {
  const own = (name: string, seq: number) =>
    message(seq, { cmid: cmid(name), from: { role: "user", id: ME, name: "Ada" }, text: name });

  test("one message is on its way at a time, in the order of writing", () => {
    let log = after(inStep(1), { type: "compose", message: outgoing("a") }, { type: "compose", message: outgoing("b") });
    expect(nextToSend(log, 0)?.cmid).toBe(cmid("a"));
    log = after(log, { type: "sending", cmid: cmid("a") });
    expect(nextToSend(log, 0)).toBeNull();
    log = after(log, { type: "acknowledged", cmid: cmid("a"), seq: 2, created_at: "2026-01-05T08:02:00.000Z" });
    expect(nextToSend(log, 0)?.cmid).toBe(cmid("b"));
  });

  test("after a loss the unacknowledged message goes again with its cmid, but not before the sync", () => {
    const sending = after(inStep(1), { type: "compose", message: outgoing("a") }, { type: "sending", cmid: cmid("a") });
    const back = after(sending, { type: "lost" }, { type: "connected" });
    expect(nextToSend(back, 0)).toBeNull();
    const page = { session: session(1), messages: [], reset: false };
    expect(nextToSend(after(back, { type: "page", page }), 0)?.cmid).toBe(cmid("a"));
  });

  test("a message that the sync brings back is not sent again", () => {
    const sending = after(inStep(1), { type: "compose", message: outgoing("a") }, { type: "sending", cmid: cmid("a") });
    const page = { session: session(2), messages: [own("a", 2)], reset: false };
    const log = after(sending, { type: "lost" }, { type: "connected" }, { type: "page", page });
    expect(log.outgoing).toEqual([]);
    expect(log.messages.filter((one) => one.text === "a")).toHaveLength(1);
  });

  test("the log may be faster than the ack", () => {
    const log = after(
      inStep(1),
      { type: "compose", message: outgoing("a") },
      { type: "sending", cmid: cmid("a") },
      { type: "message", message: own("a", 2) },
      { type: "acknowledged", cmid: cmid("a"), seq: 2, created_at: "2026-01-05T08:02:00.000Z" },
    );
    expect(log.outgoing).toEqual([]);
    expect(log.last_seq).toBe(2);
  });

  test("somebody else's message with our cmid settles nothing", () => {
    const foreign = message(2, { cmid: cmid("a"), from: { role: "consultant", id: OTHER, name: "Li" } });
    const log = after(inStep(1), { type: "compose", message: outgoing("a") }, { type: "message", message: foreign });
    expect(log.outgoing).toHaveLength(1);
  });

  test("a final refusal keeps the message with its reason and lets the next one pass", () => {
    const log = after(
      inStep(1),
      { type: "compose", message: outgoing("a") },
      { type: "compose", message: outgoing("b") },
      { type: "sending", cmid: cmid("a") },
      { type: "refused", cmid: cmid("a"), code: "too_large" },
    );
    expect(log.outgoing[0]).toMatchObject({ state: "failed", failure: "too_large" });
    expect(nextToSend(log, 0)?.cmid).toBe(cmid("b"));
  });

  test("a retry is a new message with a new cmid; deleting removes it", () => {
    const failed = after(inStep(1), { type: "compose", message: outgoing("a", { state: "failed", failure: "conflict" }) });
    const again = after(failed, { type: "retry", cmid: cmid("a"), fresh_cmid: cmid("a2") });
    expect(again.outgoing).toEqual([outgoing("a", { cmid: cmid("a2") })]);
    expect(after(failed, { type: "discard", cmid: cmid("a") }).outgoing).toEqual([]);
  });

  test("a rate limit rests until its time and keeps the order", () => {
    const log = after(
      inStep(1),
      { type: "compose", message: outgoing("a") },
      { type: "compose", message: outgoing("b") },
      { type: "sending", cmid: cmid("a") },
      { type: "unknown_outcome", cmid: cmid("a"), resume_sending_ms: 5_000 },
    );
    expect(nextToSend(log, 4_999)).toBeNull();
    expect(nextToSend(log, 5_000)?.cmid).toBe(cmid("a"));
  });

  test("what waits when the session ends is marked, not lost", () => {
    const log = after(
      inStep(1),
      { type: "compose", message: outgoing("a") },
      { type: "session", session: session(1, { status: "ended" }) },
    );
    expect(log.outgoing[0]).toMatchObject({ state: "failed", failure: "session_ended", text: "a" });
  });
});

describe("receipts and typing", () => {
  test("receipts never go back", () => {
    const log = after(
      inStep(5),
      { type: "receipt", by: "consultant", receipt: { delivered: 5, read: 4 } },
      { type: "receipt", by: "consultant", receipt: { delivered: 3, read: 2 } },
    );
    expect(log.receipts.consultant).toEqual({ delivered: 5, read: 4 });
    expect(log.receipts.user).toEqual({ delivered: 0, read: 0 });
  });

  test("typing runs out after six seconds", () => {
    const from = { role: "consultant" as const, id: OTHER, name: "Li" };
    const log = after(inStep(1), { type: "typing", from, on: true, now_ms: 1_000 });
    expect(after(log, { type: "tick", now_ms: 6_999 }).typists).toHaveLength(1);
    expect(after(log, { type: "tick", now_ms: 7_000 }).typists).toEqual([]);
  });

  test("a message ends its writer's typing", () => {
    const from = { role: "consultant" as const, id: OTHER, name: "Li" };
    const log = after(inStep(1), { type: "typing", from, on: true, now_ms: 0 }, { type: "message", message: message(2) });
    expect(log.typists).toEqual([]);
  });
});
