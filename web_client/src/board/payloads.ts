/** Objects of the HTTP side that only the board reads; nothing here exists at run time. */

import type { BotDecision, Language, PersonId, PresenceStatus, PriceClass, Role, ScoreTerm, Timestamp } from "../core/wire";

export interface Consultant {
  id: PersonId;
  name: string;
  title?: string;
  bio: string;
  skills: string[];
  languages: string[];
  capacity: number;
  specialty?: string;
  price_class?: PriceClass;
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
  /** It answers from this confidence on, and asks back from the other. */
  answer_from: number;
  clarify_from: number;
  entries: { id: string; question: string; answer: string; score: number }[];
}

export interface Difference {
  field: "question" | "alternatives" | "answer" | "category" | "language" | "tags" | "status";
  /** Null where there was no version before. */
  before: string | string[] | null;
  after: string | string[];
}

export interface EntryVersion extends Entry {
  updated_by: { id: string; name: string };
  change: "created" | "edited" | "archived" | "restored" | "imported" | "import_undone";
  restored_version: number | null;
  import_id: string | null;
  /** From the version before; null where that one is not kept. */
  differences: Difference[] | null;
}

export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
}

export interface PlannedChange {
  line: number;
  kind: "new" | "changed";
  id: string;
  question: string;
  differences: Difference[];
}

/** What an import would do. */
export interface ImportPreview extends ImportCounts {
  changes: PlannedChange[];
  errors: LineProblem[];
}

/** `code` is stable; the rest fills in its words. */
export interface LineProblem {
  line: number;
  code: string;
  message: string;
  field?: string;
  most?: number;
  other_line?: number;
  columns?: string | number;
  cells?: number;
  detail?: string;
}

/** A published entry that asks nearly the same as one that is being written. */
export interface SimilarEntry {
  id: string;
  question: string;
  answer: string;
  similarity: number;
  kind: "duplicate" | "conflict" | "near";
  contradictions: { kind: string; mine: string; theirs: string }[];
}

export interface PastImport extends ImportCounts {
  id: string;
  at: Timestamp;
  by: { id: string; name: string };
  /** False where it was cut short: the same file brought in again goes on with it. */
  is_complete: boolean;
  undone_at: Timestamp | null;
  undone_by: string | null;
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
