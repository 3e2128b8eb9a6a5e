/** Coming in and going out: visitors, accounts, host-site identities and staff. */

import type { Api } from "./api";
import { ApiError } from "./failures";
import type { Language, Person, Tokens } from "./wire";

export type SignInOutcome = { kind: "signed_in"; person: Person } | { kind: "otp_required" };

export interface SignInForm {
  username: string;
  password: string;
  /** The six digits, once they were asked for. */
  otp?: string;
}

let visiting: Promise<Person> | null = null;

/** The person this browser already is, or a new anonymous visitor; callers at the same time share one request. */
export function ensureVisitor(api: Api, language: Language): Promise<Person> {
  const held = api.tokens.credentials.peek();
  if (held !== null) return Promise.resolve(held.person);
  visiting ??= api
    .post<Tokens>("/api/visitors", { language }, { bearer: "none" })
    .then((tokens) => api.tokens.keep(tokens, "visitor").person)
    .finally(() => {
      visiting = null;
    });
  return visiting;
}

/** Signs in. A visitor's bearer goes along, so the visitor's sessions follow the person into the account. */
export async function signIn(api: Api, form: SignInForm): Promise<SignInOutcome> {
  const { username, password, otp } = form;
  const body = otp === undefined || otp === "" ? { username, password } : { username, password, otp };
  try {
    const answer = await api.post<Tokens & { otp_required?: boolean }>("/api/auth/login", body, { bearer: "held" });
    if (answer.otp_required === true) return { kind: "otp_required" };
    return { kind: "signed_in", person: api.tokens.keep(answer, "account").person };
  } catch (failure) {
    // With a code already given, the refusal is about that code and belongs to the form.
    if (failure instanceof ApiError && failure.code === "otp_required" && otp === undefined) {
      return { kind: "otp_required" };
    }
    throw worded(failure, { unauthorized: otp === undefined ? "wrong_credentials" : "wrong_otp" });
  }
}

/** Signs staff in and refuses a user's account, which would only meet closed doors on the desk. */
export async function signInStaff(api: Api, form: SignInForm): Promise<SignInOutcome> {
  const outcome = await signIn(api, form);
  if (outcome.kind === "signed_in" && outcome.person.role === "user") {
    await signOut(api);
    throw new ApiError("forbidden", "not a staff account", 403);
  }
  return outcome;
}

/** Makes an account; with a visitor's bearer the id and the sessions stay. */
export async function register(
  api: Api,
  form: { username: string; password: string; name?: string },
): Promise<Person> {
  try {
    const tokens = await api.post<Tokens>("/api/auth/register", form, { bearer: "held" });
    return api.tokens.keep(tokens, "account").person;
  } catch (failure) {
    throw worded(failure, { conflict: "username_taken", bad_request: "bad_account_form" });
  }
}

/** Signs in whom a host site vouches for; the token is single-use, a visitor's sessions come along. */
export async function signInWithIdentity(api: Api, token: string): Promise<Person> {
  const tokens = await api.post<Tokens>("/api/auth/identity", { token }, { bearer: "held" });
  return api.tokens.keep(tokens, "identity").person;
}

export function whoAmI(api: Api): Promise<Person> {
  return api.get<Person>("/api/me");
}

/** Every other log-in of the account ends; this device goes on with new tokens. */
export async function changePassword(api: Api, form: { password: string; new_password: string }): Promise<void> {
  try {
    api.tokens.keep(await api.post<Tokens>("/api/auth/password", form), "account");
  } catch (failure) {
    throw worded(failure, { unauthorized: "wrong_credentials", bad_request: "bad_account_form" });
  }
}

/** Signs out here even when the server cannot be told. */
export async function signOut(api: Api): Promise<void> {
  const held = api.tokens.credentials.peek();
  if (held === null) return;
  try {
    await api.post("/api/auth/logout", { refresh_token: held.refresh_token });
  } catch {
    // The refresh token then runs out by itself; staying signed in against the person's wish would be worse.
  }
  api.tokens.clear();
}

/** The same failure under a code that says what it means in this form. */
function worded(failure: unknown, codes: Record<string, string>): unknown {
  if (!(failure instanceof ApiError)) return failure;
  const code = codes[failure.code];
  return code === undefined ? failure : new ApiError(code, failure.message, failure.status, failure.details);
}
