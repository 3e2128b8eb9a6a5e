import { afterEach, expect, test } from "vitest";
import { ensureVisitor, register, signIn } from "../../src/core/account";
import { Api } from "../../src/core/api";
import { MemoryStore } from "../../src/core/storage";
import { TokenStore } from "../../src/core/tokens";
import type { PersonId, Tokens } from "../../src/core/wire";
import { startServer, type Responder, type TestServer } from "./server";

let server: TestServer | null = null;

afterEach(async () => {
  await server?.close();
});

function tokens(name: string, expires_in = 900): Tokens {
  return {
    access_token: `access-${name}`,
    refresh_token: `refresh-${name}`,
    expires_in,
    user: { id: "u-1" as PersonId, name: "Ada" },
  };
}

async function apiWith(respond: Responder, store = new MemoryStore()): Promise<Api> {
  server = await startServer(respond);
  return new Api(new TokenStore("user", store), server.url);
}

const expired = { status: 401, body: { error: { code: "token_expired", message: "" } } };

test("an expired token is refreshed once, however many requests meet it", async () => {
  let refreshes = 0;
  const api = await apiWith((request) => {
    if (request.url === "/api/auth/refresh") {
      refreshes += 1;
      return { status: 200, body: tokens("new") };
    }
    return request.headers.authorization === "Bearer access-new" ? { status: 200, body: { fine: true } } : expired;
  });
  api.tokens.keep(tokens("old"), "visitor");
  const answers = await Promise.all(Array.from({ length: 8 }, () => api.get("/api/me")));
  expect(answers).toEqual(Array.from({ length: 8 }, () => ({ fine: true })));
  expect(refreshes).toBe(1);
  expect(api.tokens.credentials.value).toMatchObject({ refresh_token: "refresh-new", origin: "visitor" });
});

test("a token that another tab renewed is taken instead of being renewed again", async () => {
  const store = new MemoryStore();
  const api = await apiWith(() => ({ status: 500, body: {} }), store);
  api.tokens.keep(tokens("old", 1), "visitor");
  new TokenStore("user", store).keep(tokens("other-tab"), "visitor");
  expect(await api.accessToken()).toBe("access-other-tab");
  expect(server?.requests).toEqual([]);
});

test("a refused refresh signs out, an unreachable one does not", async () => {
  let status = 503;
  const api = await apiWith(() => ({ status, body: { error: { code: status === 503 ? "unavailable" : "unauthorized" } } }));
  api.tokens.keep(tokens("old", 1), "account");
  await expect(api.accessToken()).rejects.toMatchObject({ code: "unavailable" });
  expect(api.tokens.credentials.value).not.toBeNull();
  status = 401;
  await expect(api.accessToken()).rejects.toMatchObject({ code: "unauthorized" });
  expect(api.tokens.credentials.value).toBeNull();
});

test("failures carry the server's code, its status and its details", async () => {
  const error = { code: "rate_limited", message: "slow down", details: { retry_after_ms: 900 } };
  const api = await apiWith(() => ({ status: 429, body: { error } }));
  const failure = api.post("/api/visitors", {}, { bearer: "none" });
  await expect(failure).rejects.toMatchObject({ code: "rate_limited", status: 429, details: { retry_after_ms: 900 } });
});

test("a server that cannot be reached is a network failure", async () => {
  const api = await apiWith(() => ({ status: 200, body: {} }));
  await server?.close();
  await expect(api.get("/x")).rejects.toMatchObject({ code: "unauthorized" });
  await expect(api.request("GET", "/x", { bearer: "none" })).rejects.toMatchObject({ code: "network", status: 0 });
});

test("two callers at the same time become one visitor", async () => {
  const api = await apiWith(() => ({ status: 200, body: tokens("v") }));
  const [one, other] = await Promise.all([ensureVisitor(api, "zh"), ensureVisitor(api, "zh")]);
  expect(one).toEqual(other);
  expect(server?.requests).toEqual(["POST /api/visitors"]);
});

test("a wrong password is told as such, a code is asked for, a taken name is named", async () => {
  let code = "unauthorized";
  const api = await apiWith(() => ({ status: code === "conflict" ? 409 : 401, body: { error: { code } } }));
  const form = { username: "ada", password: "secret" };
  await expect(signIn(api, form)).rejects.toMatchObject({ code: "wrong_credentials" });
  code = "otp_required";
  expect(await signIn(api, form)).toEqual({ kind: "otp_required" });
  code = "conflict";
  await expect(register(api, form)).rejects.toMatchObject({ code: "username_taken" });
});
