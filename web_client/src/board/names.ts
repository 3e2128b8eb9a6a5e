/** Names of codes for people: languages, states, terms of the score. What is not known is shown as it came. */

import type { BotDecision, PresenceStatus, Role, SessionStatus } from "../core/wire";
import type { Tone } from "../ui";
import type { AccountStatus, EntryStatus } from "./payloads";
import { adminText, boardText, sessionText } from "./texts";

export function languageName(tag: string): string {
  return named(boardText.value.languages, tag);
}

export function presenceName(status: PresenceStatus): string {
  return boardText.value.presence[status];
}

export function roleName(role: Role): string {
  return boardText.value.roles[role];
}

export function sessionStatusName(status: SessionStatus): string {
  return sessionText.value.statuses[status];
}

export function sessionStatusTone(status: SessionStatus): Tone {
  return ({ bot: "accent", queued: "warning", active: "success", ended: "neutral" } as const)[status];
}

export function termName(name: string): string {
  return named(sessionText.value.terms, name);
}

export function policyName(policy: string): string {
  return named(sessionText.value.policies, policy);
}

export function exclusionName(reason: string): string {
  return named(sessionText.value.exclusions, reason);
}

export function entryStatusName(status: EntryStatus): string {
  return adminText.value.entryStatuses[status];
}

export function entryStatusTone(status: EntryStatus): Tone {
  return ({ draft: "warning", published: "success", archived: "neutral" } as const)[status];
}

export function decisionName(decision: BotDecision): string {
  return adminText.value.decisions[decision];
}

export function accountStatusName(status: AccountStatus): string {
  return adminText.value.accountStatuses[status];
}

function named(names: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(names, code) ? (names[code] ?? code) : code;
}
