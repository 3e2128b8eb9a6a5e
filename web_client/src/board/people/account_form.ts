/** The rules for user names and passwords, as the server applies them. */

import type { Role } from "../../core/wire";

export const SHORTEST_USERNAME = 2;
export const LONGEST_USERNAME = 64;
export const SHORTEST_PASSWORD = 8;

export interface AccountForm {
  username: string;
  password: string;
  name: string;
  role: Role;
}

export type AccountProblem = "username_length" | "username_signs" | "password_short";

export const STAFF_ROLES: readonly Role[] = ["consultant", "supervisor", "admin"];
export const ROLES: readonly Role[] = ["user", ...STAFF_ROLES];

export function accountProblems(form: {
  username: string;
  password: string;
}): { username?: AccountProblem; password?: AccountProblem } {
  const problems: { username?: AccountProblem; password?: AccountProblem } = {};
  const username = form.username.trim().normalize("NFKC");
  const length = [...username].length;
  if (length < SHORTEST_USERNAME || length > LONGEST_USERNAME) problems.username = "username_length";
  else if (!/^[\p{L}\p{N}._\-@+]+$/u.test(username)) problems.username = "username_signs";
  if ([...form.password].length < SHORTEST_PASSWORD) problems.password = "password_short";
  return problems;
}
