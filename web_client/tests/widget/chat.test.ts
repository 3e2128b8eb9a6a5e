import { afterEach, expect, test } from "vitest";
import { Api } from "../../src/core/api";
import { Connection } from "../../src/core/connection";
import { MemoryStore } from "../../src/core/storage";
import { TokenStore } from "../../src/core/tokens";
import type { ClientMessageId, Message, PersonId, Session } from "../../src/core/wire";
import { Chat } from "../../src/widget/chat";
import { unreadOf } from "../../src/widget/unread";
import { emptyLog, reduceLog } from "../../src/core/session_log";
import { ME, message, messages, session, SESSION } from "../core/logs";
import { answerEvents, startServer, until, type TestServer } from "../core/server";

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server with one user and at most one session, which it keeps as the protocol says. */
class SmallServer {
  server!: TestServer;
  entries: Message[] = [];
  session: Session | null = null;
  visitors = 0;
  starts = 0;

  async start(): Promise<void> {
    this.server = await startServer((request) => {
      if (request.url === "/api/visitors") {
        this.visitors += 1;
        const user = { id: this.visitors === 1 ? ME : (`u-${this.visitors}` as PersonId), name: "Ada" };
        return { status: 200, body: { access_token: `t-${this.visitors}`, refresh_token: "r", expires_in: 900, user } };
      }
      return { status: 200, body: { items: this.session === null ? [] : [this.session], next_cursor: null } };
    });
    this.server.io.on("connection", (socket) =>
      answerEvents(socket, {
        typing: () => ({}),
        "message:receipt": () => ({}),
        "session:start": ({ text, cmid }) => this.begin(text as string | undefined, cmid as ClientMessageId),
        "session:sync": () => ({ session: this.session, messages: this.entries, more: false, reset: false, first_seq: 1 }),
        "message:send": ({ text, cmid }) => {
          const entry = this.append(text as string, cmid as ClientMessageId);
          return { cmid, seq: entry.seq, created_at: entry.created_at };
        },
        "session:handoff": () => this.change({ status: "queued", queue: { position: 1, eta_s: null } }),
        "session:end": () => this.change({ status: "ended", ended_by: "user" }),
      }),
    );
    closers.push(() => this.server.close());
  }

  private begin(text: string | undefined, cmid: ClientMessageId): object {
    this.starts += 1;
    const resumed = this.session !== null;
    this.session ??= session(0, { status: "bot" });
    if (text !== undefined) this.append(text, cmid);
    return { session: this.session, messages: this.entries, resumed };
  }

  private append(text: string, cmid: ClientMessageId): Message {
    const held = this.entries.find((one) => one.cmid === cmid);
    if (held !== undefined) return held;
    const entry = message(this.entries.length + 1, { cmid, text, from: { role: "user", id: ME, name: "Ada" } });
    this.entries.push(entry);
    this.session = { ...this.session!, last_seq: this.entries.length };
    this.server.io.emit("message", { message: entry });
    return entry;
  }

  private change(change: Partial<Session>): object {
    this.session = { ...this.session!, ...change };
    return { session: this.session };
  }
}

async function openChat(small: SmallServer, store = new MemoryStore()): Promise<Chat> {
  const api = new Api(new TokenStore("user", store), small.server.url);
  const connection = new Connection(api, { url: small.server.url, random: () => 0 });
  const chat = new Chat({ api, connection, store });
  closers.push(() => {
    connection.close();
    chat.feed.peek()?.close();
  });
  await chat.start(null);
  return chat;
}

function texts(chat: Chat): string[] {
  return chat.log.value.messages.map((one) => one.text);
}

test("questions asked before anything stands go out in order, the first with the start", async () => {
  const small = new SmallServer();
  await small.start();
  const store = new MemoryStore();
  const api = new Api(new TokenStore("user", store), small.server.url);
  const connection = new Connection(api, { url: small.server.url, random: () => 0 });
  closers.push(() => connection.close());
  const chat = new Chat({ api, connection, store });
  chat.send("first");
  chat.send("second");
  await chat.start(null);
  await until(() => texts(chat).length === 2);
  expect(texts(chat)).toEqual(["first", "second"]);
  expect(small.starts).toBe(1);
  expect(chat.log.value.outgoing).toEqual([]);
});

test("a reload comes back to the open conversation as the same person", async () => {
  const small = new SmallServer();
  await small.start();
  const store = new MemoryStore();
  const before = await openChat(small, store);
  before.send("hello");
  await until(() => texts(before).length === 1);
  const after = await openChat(small, store);
  await until(() => texts(after).length === 1);
  expect(small.visitors).toBe(1);
});

test("a person can be asked for before a word was said", async () => {
  const small = new SmallServer();
  await small.start();
  const chat = await openChat(small);
  await until(() => chat.parts.connection.status.value === "connected");
  await chat.askForPerson();
  expect(chat.session.value).toMatchObject({ status: "queued", queue: { position: 1 } });
});

test("after the end the next words begin another conversation", async () => {
  const small = new SmallServer();
  await small.start();
  const chat = await openChat(small);
  chat.send("one");
  await until(() => texts(chat).length === 1);
  await chat.end();
  expect(chat.session.value?.status).toBe("ended");
  small.session = null;
  small.entries = [];
  chat.startAnew();
  chat.send("two");
  await until(() => texts(chat).includes("two"));
  expect(small.starts).toBe(2);
});

test("signing out goes on as a new visitor with an empty chat", async () => {
  const small = new SmallServer();
  await small.start();
  const chat = await openChat(small);
  chat.send("mine");
  await until(() => texts(chat).length === 1);
  small.session = null;
  await chat.leaveAccount();
  await until(() => chat.person.value?.id === "u-2" && chat.isSettled.value);
  expect(chat.log.value.messages).toEqual([]);
  expect(chat.wasSignedOut.value).toBe(false);
});

test("unread counts other people's messages behind the read mark, and nothing on a shown page", () => {
  const own = message(2, { from: { role: "user", id: ME, name: "Ada" } });
  const entries = [message(1), own, ...messages(3, 4), message(5, { kind: "system" })];
  const page = { session: session(5), messages: entries, reset: false };
  const log = reduceLog(emptyLog(SESSION, ME), { type: "page", page });
  expect(unreadOf(log, false)).toBe(2);
  expect(unreadOf({ ...log, receipts: { ...log.receipts, user: { delivered: 5, read: 3 } } }, false)).toBe(1);
  expect(unreadOf(log, true)).toBe(0);
});
