import { afterEach, expect, test } from "vitest";
import { Api } from "../../src/core/api";
import { Connection } from "../../src/core/connection";
import { MemoryStore } from "../../src/core/storage";
import { TokenStore } from "../../src/core/tokens";
import type { PersonId, SessionId } from "../../src/core/wire";
import { answerEvents, startServer, until, type TestServer } from "./server";

let server: TestServer | null = null;
let connection: Connection | null = null;

afterEach(async () => {
  connection?.close();
  await server?.close();
});

const session_id = "s-1" as SessionId;

function issue(name: string) {
  return { access_token: name, refresh_token: "r", expires_in: 900, user: { id: "u-1" as PersonId, name: "Ada" } };
}

async function connect(known: readonly string[], held = "good"): Promise<{ server: TestServer; connection: Connection; api: Api }> {
  const started = await startServer(() => ({ status: 200, body: issue("fresh") }));
  started.io.use((socket, next) => {
    const { token } = socket.handshake.auth as { token: string };
    const refusal = Object.assign(new Error("refused"), { data: { code: "token_expired", message: "" } });
    next(known.includes(token) ? undefined : refusal);
  });
  const api = new Api(new TokenStore("user", new MemoryStore()), started.url);
  api.tokens.keep(issue(held), "visitor");
  const made = new Connection(api, { url: started.url, random: () => 0 });
  server = started;
  connection = made;
  return { server: started, connection: made, api };
}

test("an event resolves with what its ack carries", async () => {
  const parts = await connect(["good"]);
  parts.server.io.on("connection", (socket) => answerEvents(socket, { typing: () => ({}) }));
  parts.connection.open();
  await until(() => parts.connection.status.value === "connected");
  await expect(parts.connection.emit("typing", { session_id, on: true })).resolves.toMatchObject({ ok: true });
});

test("a refusal rejects with its code, whether to send again, and its details", async () => {
  const parts = await connect(["good"]);
  const refusal = { code: "rate_limited", message: "", retry: true, details: { retry_after_ms: 70 } };
  parts.server.io.on("connection", (socket) =>
    answerEvents(socket, {
      typing: () => {
        throw refusal;
      },
    }),
  );
  parts.connection.open();
  await until(() => parts.connection.status.value === "connected");
  const answer = parts.connection.emit("typing", { session_id, on: true });
  await expect(answer).rejects.toMatchObject({ code: "rate_limited", retry: true, details: { retry_after_ms: 70 } });
});

test("nothing is sent while there is no connection", async () => {
  const parts = await connect(["good"]);
  const answer = parts.connection.emit("typing", { session_id, on: true });
  await expect(answer).rejects.toMatchObject({ code: "offline", retry: true });
});

test("an ack that never comes is an unknown outcome", async () => {
  const parts = await connect(["good"]);
  parts.server.io.on("connection", (socket) => answerEvents(socket, { typing: () => undefined }));
  parts.connection.open();
  await until(() => parts.connection.status.value === "connected");
  const answer = parts.connection.emit("typing", { session_id, on: true }, 40);
  await expect(answer).rejects.toMatchObject({ code: "timeout", retry: true });
});

test("a lost connection answers what waits and comes back by itself", async () => {
  const parts = await connect(["good"]);
  parts.server.io.on("connection", (socket) => answerEvents(socket, { typing: () => void socket.conn.close() }));
  parts.connection.open();
  let connects = 0;
  parts.connection.onConnected(() => (connects += 1));
  await until(() => connects === 1);
  const answer = parts.connection.emit("typing", { session_id, on: true });
  await expect(answer).rejects.toMatchObject({ code: "connection_lost", retry: true });
  await until(() => connects === 2);
});

test("an expired token at the handshake is renewed and the connection made", async () => {
  const parts = await connect(["fresh"], "stale");
  parts.connection.open();
  await until(() => parts.connection.status.value === "connected");
  expect(parts.server.requests).toEqual(["POST /api/auth/refresh"]);
});

test("a token about to expire is renewed on the living connection", async () => {
  const parts = await connect(["good"]);
  const given: unknown[] = [];
  parts.server.io.on("connection", (socket) => {
    answerEvents(socket, {
      "auth:refresh": ({ token }) => {
        given.push(token);
        return { expires_at: "2026-01-05T08:00:00.000Z" };
      },
    });
    socket.emit("auth:expiring", { expires_at: "2026-01-05T08:00:00.000Z" });
  });
  parts.connection.open();
  await until(() => given.length > 0);
  expect(given).toEqual(["fresh"]);
  expect(parts.connection.status.value).toBe("connected");
});

test("a restart is left for after the announced time and met again", async () => {
  const parts = await connect(["good"]);
  let connects = 0;
  parts.server.io.on("connection", (socket) => {
    connects += 1;
    if (connects === 1) socket.emit("server:restart", { retry_in_ms: 60 });
  });
  parts.connection.open();
  await until(() => connects === 2);
});
