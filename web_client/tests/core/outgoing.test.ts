import { expect, test } from "vitest";
import { DraftKeeper, Outbox } from "../../src/core/outgoing";
import { MemoryStore } from "../../src/core/storage";
import { ME, outgoing, SESSION } from "./logs";

test("unsent messages survive a reload in the order of writing, as unknown", () => {
  const store = new MemoryStore();
  const second = outgoing("b", { created_at: "2026-01-05T08:03:00.000Z", state: "sending" });
  const first = outgoing("a", { created_at: "2026-01-05T08:02:00.000Z" });
  new Outbox(store, ME, SESSION).save([], [second, first]);
  expect(new Outbox(store, ME, SESSION).load()).toEqual([first, { ...second, state: "waiting" }]);
});

test("a failed message comes back as failed", () => {
  const store = new MemoryStore();
  const failed = outgoing("a", { state: "failed", failure: "too_large" });
  new Outbox(store, ME, SESSION).save([], [failed]);
  expect(new Outbox(store, ME, SESSION).load()).toEqual([failed]);
});

test("what was acknowledged is forgotten", () => {
  const store = new MemoryStore();
  const outbox = new Outbox(store, ME, SESSION);
  const item = outgoing("a");
  outbox.save([], [item]);
  outbox.save([item], [{ ...item, state: "sent", seq: 4 }]);
  expect(outbox.load()).toEqual([]);
});

test("two tabs keep each other's messages", () => {
  const store = new MemoryStore();
  const here = new Outbox(store, ME, SESSION);
  const there = new Outbox(store, ME, SESSION);
  here.save([], [outgoing("a")]);
  there.save([], [outgoing("b")]);
  here.save([outgoing("a")], []);
  expect(there.load().map((item) => item.text)).toEqual(["b"]);
});

test("a draft is kept until it is empty", () => {
  const store = new MemoryStore();
  const drafts = new DraftKeeper(store, ME, "new");
  drafts.save("half a sen");
  expect(new DraftKeeper(store, ME, "new").load()).toBe("half a sen");
  drafts.save("");
  expect(store.keys("")).toEqual([]);
});
