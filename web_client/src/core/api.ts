/** HTTP with a bearer token: one refresh in flight across all tabs, and every failure as an `ApiError`. */

import { ApiError } from "./failures";
import type { Credentials, TokenStore } from "./tokens";
import type { Tokens } from "./wire";

const REQUEST_TIMEOUT_MS = 20_000;
/** Refresh before the token runs out on its way. */
const EXPIRY_MARGIN_MS = 15_000;

export interface RequestOptions {
  body?: unknown;
  form?: FormData;
  query?: Record<string, string | number | undefined>;
  /** `none` sends no token; `held` sends one when there is one; `required` (default) fails without. */
  bearer?: "none" | "held" | "required";
  timeout_ms?: number;
}

export class Api {
  readonly tokens: TokenStore;
  private readonly base: string;
  private refreshing: Promise<Credentials> | null = null;

  /** `base` is the server's origin without a slash at the end; empty means the page's own. */
  constructor(tokens: TokenStore, base = "") {
    this.tokens = tokens;
    this.base = base;
  }

  get<Result>(path: string, query: RequestOptions["query"] = {}): Promise<Result> {
    return this.request<Result>("GET", path, { query });
  }

  post<Result>(path: string, body: unknown, options: RequestOptions = {}): Promise<Result> {
    return this.request<Result>("POST", path, { ...options, body });
  }

  put<Result>(path: string, body: unknown): Promise<Result> {
    return this.request<Result>("PUT", path, { body });
  }

  delete(path: string): Promise<unknown> {
    return this.request("DELETE", path, {});
  }

  /** JSON in, JSON out; an empty answer is `{}`. */
  async request<Result>(method: string, path: string, options: RequestOptions): Promise<Result> {
    const response = await this.answer(method, path, options);
    const text = await response.text();
    return (text === "" ? {} : JSON.parse(text)) as Result;
  }

  async download(path: string, query: RequestOptions["query"] = {}): Promise<Blob> {
    const response = await this.answer("GET", path, { query });
    return response.blob();
  }

  upload<Result>(path: string, form: FormData): Promise<Result> {
    return this.request<Result>("POST", path, { form, timeout_ms: 120_000 });
  }

  /** An access token that is good for at least a few more seconds. */
  async accessToken(): Promise<string> {
    const held = this.tokens.credentials.peek();
    if (held === null) throw new ApiError("unauthorized", "not signed in", 401);
    if (held.expires_at_ms - Date.now() > EXPIRY_MARGIN_MS) return held.access_token;
    return (await this.refresh(held)).access_token;
  }

  /** Rotates the refresh token once, however many callers and tabs ask; a refusal signs the person out. */
  refresh(stale = this.tokens.credentials.peek()): Promise<Credentials> {
    this.refreshing ??= exclusively(`wenjin.refresh.${this.tokens.realm}`, () => this.rotate(stale)).finally(
      () => {
        this.refreshing = null;
      },
    );
    return this.refreshing;
  }

  private async rotate(stale: Credentials | null): Promise<Credentials> {
    const held = this.tokens.reload() ?? stale;
    if (held === null) throw new ApiError("unauthorized", "not signed in", 401);
    // Another tab was faster while this one waited for the lock.
    if (stale !== null && held.access_token !== stale.access_token && held.expires_at_ms > Date.now()) return held;
    try {
      const body = { refresh_token: held.refresh_token };
      const tokens = await this.request<Tokens>("POST", "/api/auth/refresh", { body, bearer: "none" });
      return this.tokens.keep(tokens, held.origin);
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 401) this.tokens.clear();
      throw failure;
    }
  }

  private async answer(method: string, path: string, options: RequestOptions): Promise<Response> {
    const bearer = options.bearer ?? "required";
    const token = bearer === "none" ? null : await this.bearer(bearer);
    const response = await this.send(method, path, options, token);
    if (response.ok) return response;
    const failure = await failureOf(response);
    if (failure.code !== "token_expired" || token === null) throw failure;
    const renewed = await this.refresh();
    const again = await this.send(method, path, options, renewed.access_token);
    if (!again.ok) throw await failureOf(again);
    return again;
  }

  private async bearer(need: "held" | "required"): Promise<string | null> {
    if (need === "held" && this.tokens.credentials.peek() === null) return null;
    return this.accessToken();
  }

  private async send(
    method: string,
    path: string,
    options: RequestOptions,
    token: string | null,
  ): Promise<Response> {
    const headers = new Headers({ Accept: "application/json" });
    if (token !== null) headers.set("Authorization", `Bearer ${token}`);
    if (options.body !== undefined) headers.set("Content-Type", "application/json");
    try {
      return await fetch(this.base + path + queryString(options.query), {
        method,
        headers,
        body: options.form ?? (options.body === undefined ? null : JSON.stringify(options.body)),
        signal: AbortSignal.timeout(options.timeout_ms ?? REQUEST_TIMEOUT_MS),
        credentials: "omit",
      });
    } catch (failure) {
      const timedOut = failure instanceof DOMException && failure.name === "TimeoutError";
      throw new ApiError(timedOut ? "timeout" : "network", String(failure), 0);
    }
  }
}

function queryString(query: RequestOptions["query"] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const encoded = parameters.toString();
  return encoded === "" ? "" : `?${encoded}`;
}

const CODES_BY_STATUS: Record<number, string> = {
  400: "bad_request",
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  410: "offer_gone",
  413: "too_large",
  429: "rate_limited",
  502: "unavailable",
  503: "unavailable",
  504: "unavailable",
};

async function failureOf(response: Response): Promise<ApiError> {
  const fallback = CODES_BY_STATUS[response.status] ?? "internal";
  const body = (await response.json().catch(() => null)) as {
    error?: { code?: string; message?: string; details?: Record<string, unknown> };
  } | null;
  const error = body?.error;
  return new ApiError(error?.code ?? fallback, error?.message ?? response.statusText, response.status, error?.details);
}

/** Runs `work` alone among the tabs; plain http origins have no locks, there the server's 60 s grace covers a race. */
async function exclusively<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  if (typeof navigator === "undefined" || navigator.locks === undefined) return work();
  // The cast undoes the library's `Awaited`, which TypeScript cannot see through for a free `Result`.
  return (await navigator.locks.request(name, work)) as Result;
}
