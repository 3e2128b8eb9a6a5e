/** Objects of the HTTP side that only the board reads; nothing here exists at run time. */

import type { BotDecision, Language, PersonId, PresenceStatus, Role, ScoreTerm, Timestamp } from "../core/wire";

export interface Consultant {
  id: PersonId;
  name: string;
  title?: string;
  bio: string;
  skills: string[];
  languages: string[];
  capacity: number;
  specialty?: string;
  status?: PresenceStatus;
  open_sessions?: number;
  is_active?: boolean;
}

export type AccountStatus = "active" | "blocked" | "deleted";

export interface Account {
  id: PersonId;
  username: string | null;
  name: string;
  role: Role;
  language: string;
  status: AccountStatus;
  created_at: Timestamp;
}

export type EntryStatus = "draft" | "published" | "archived";

export interface Entry {
  id: string;
  question: string;
  alternatives: string[];
  answer: string;
  category: string;
  language: Language;
  tags: string[];
  status: EntryStatus;
  version: number;
  updated_at: Timestamp;
}

/** What the bot would do with a text. */
export interface Trial {
  decision: BotDecision;
  confidence: number;
  entries: { id: string; question: string; answer: string; score: number }[];
}

export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
}

export interface RankedConsultant {
  consultant_id: PersonId;
  name: string;
  score: number;
  terms: ScoreTerm[];
}

export interface MatchPreview {
  policy: string;
  consultant_id: PersonId | null;
  candidates: RankedConsultant[];
  excluded: { consultant_id: PersonId; reason: string }[];
  at: Timestamp;
}
