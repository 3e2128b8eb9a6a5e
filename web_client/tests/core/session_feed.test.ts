import { afterEach, expect, test } from "vitest";
import { Api } from "../../src/core/api";
import { Connection } from "../../src/core/connection";
import { SessionFeed } from "../../src/core/session_feed";
import { MemoryStore } from "../../src/core/storage";
import { TokenStore } from "../../src/core/tokens";
import type { ClientMessageId, Message } from "../../src/core/wire";
import { ME, message, messages, session, SESSION } from "./logs";
import { answerEvents, startServer, until, type TestServer } from "./server";

/** A session's log as a server keeps it: dense, one entry a cmid. */
class KeptLog {
  entries: Message[] = [];
  /** How many acks are swallowed by closing the connection, after the entry was kept. */
  lost_acks = 0;
  refuse_once: object | null = null;
  sends: string[] = [];

  append(cmid: ClientMessageId, text: string): Message {
    const held = this.entries.find((one) => one.cmid === cmid);
    if (held !== undefined) return held;
    const entry = message(this.entries.length + 1, { cmid, text, from: { role: "user", id: ME, name: "Ada" } });
    this.entries.push(entry);
    return entry;
  }
}

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openFeed(log: KeptLog, store = new MemoryStore()): Promise<{ feed: SessionFeed; server: TestServer }> {
  const server = await startServer(() => ({ status: 200, body: { items: log.entries, next_cursor: null } }));
  server.io.on("connection", (socket) =>
    answerEvents(socket, {
      "message:receipt": () => ({}),
      typing: () => ({}),
      "session:sync": ({ last, tail }) => {
        const found = tail === undefined ? log.entries.slice(Number(last)) : log.entries.slice(-Number(tail));
        const page = { messages: found, more: false, reset: false, first_seq: found[0]?.seq ?? 0 };
        return { session: session(log.entries.length), ...page };
      },
      "message:send": ({ cmid, text }) => {
        log.sends.push(String(text));
        if (log.refuse_once !== null) {
          const refusal = log.refuse_once;
          log.refuse_once = null;
          throw refusal;
        }
        const { seq, created_at } = log.append(cmid as ClientMessageId, String(text));
        if (log.lost_acks > 0) {
          log.lost_acks -= 1;
          socket.conn.close();
          return undefined;
        }
        socket.emit("message", { message: log.entries[seq - 1] });
        return { cmid, seq, created_at };
      },
    }),
  );
  const api = new Api(new TokenStore("user", store), server.url);
  api.tokens.keep({ access_token: "t", refresh_token: "r", expires_in: 900, user: { id: ME, name: "Ada" } }, "visitor");
  const connection = new Connection(api, { url: server.url, random: () => 0 });
  const feed = new SessionFeed({ id: SESSION, self_id: ME, api, connection, store, reports_as: "user" });
  closers.push(() => server.close(), () => connection.close(), () => feed.close());
  connection.open();
  return { feed, server };
}

function texts(feed: SessionFeed): string[] {
  return feed.log.value.messages.map((one) => one.text);
}

test("messages written at once arrive in the order of writing", async () => {
  const log = new KeptLog();
  const { feed } = await openFeed(log);
  const written = Array.from({ length: 20 }, (_, number) => `line ${number}`);
  for (const text of written) feed.send(text);
  await until(() => feed.log.value.last_seq === 20);
  expect(texts(feed)).toEqual(written);
  expect(feed.log.value.outgoing).toEqual([]);
});

test("messages whose acks are lost are in the log once", async () => {
  const log = new KeptLog();
  log.lost_acks = 2;
  const { feed } = await openFeed(log);
  for (const text of ["one", "two", "three"]) feed.send(text);
  await until(() => feed.log.value.last_seq === 3 && feed.log.value.outgoing.length === 0);
  expect(texts(feed)).toEqual(["one", "two", "three"]);
  expect(log.entries).toHaveLength(3);
});

test("a rate-limited message goes again after the given time", async () => {
  const log = new KeptLog();
  log.refuse_once = { code: "rate_limited", message: "", retry: true, details: { retry_after_ms: 80 } };
  const { feed } = await openFeed(log);
  feed.send("patience");
  await until(() => feed.log.value.last_seq === 1);
  expect(log.sends).toEqual(["patience", "patience"]);
});

test("a finally refused message stays on screen and can be tried again", async () => {
  const log = new KeptLog();
  log.refuse_once = { code: "too_large", message: "", retry: false };
  const { feed } = await openFeed(log);
  const cmid = feed.send("too much");
  await until(() => feed.log.value.outgoing[0]?.state === "failed");
  expect(feed.log.value.outgoing[0]?.failure).toBe("too_large");
  feed.retry(cmid);
  await until(() => feed.log.value.last_seq === 1);
  expect(feed.log.value.outgoing).toEqual([]);
});

test("what was not sent before a reload is sent after it", async () => {
  const store = new MemoryStore();
  const log = new KeptLog();
  const offline = await openFeed(log, store);
  await offline.server.close();
  await until(() => offline.feed.log.value.is_synced === false);
  offline.feed.send("from before the reload");
  offline.feed.close();
  const { feed } = await openFeed(log, store);
  await until(() => feed.log.value.last_seq === 1);
  expect(texts(feed)).toEqual(["from before the reload"]);
  expect(store.keys("wenjin.outbox")).toEqual([]);
});

test("a missed message is fetched when the next one shows the gap", async () => {
  const log = new KeptLog();
  log.entries = messages(1, 3);
  const { feed, server } = await openFeed(log);
  await until(() => feed.log.value.last_seq === 3);
  log.entries = messages(1, 6);
  server.io.emit("message", { message: message(6) });
  await until(() => feed.log.value.last_seq === 6);
  expect(feed.log.value.messages.map((one) => one.seq)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("only the newest messages come at first, older ones on demand", async () => {
  const log = new KeptLog();
  log.entries = messages(1, 80);
  const { feed } = await openFeed(log);
  await until(() => feed.log.value.last_seq === 80);
  expect(feed.log.value.first_seq).toBe(31);
  await feed.loadOlder();
  expect(feed.log.value.first_seq).toBe(1);
});
