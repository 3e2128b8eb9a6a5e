/** What the bot could not answer and what may be learned from it; nothing here exists at run time. */

import type { Language, PersonId, SessionId, Timestamp } from "../../core/wire";

export type Why = "unsure" | "refused" | "not_helpful";
export type Likeness = "near" | "duplicate" | "conflict";
export type DraftStatus = "pending" | "approved" | "rejected";
export type Outcome = "right" | "wrong" | "silent";

export interface Unanswered {
  session_id: SessionId;
  seq: number;
  language: Language;
  why: Why;
  text: string;
  asked_at: Timestamp;
  confidence: number;
  replies: { seq: number; text: string; consultant_id: PersonId }[];
  is_settled: boolean;
}

export interface RehearsalFigures {
  asked: number;
  right_before: number;
  right_after: number;
  wrong_before: number;
  wrong_after: number;
  newly_right: number;
  newly_wrong: number;
  newly_silent: number;
  own_asked: number;
  own_right: number;
}

export interface Rehearsal extends RehearsalFigures {
  changes: { question: string; entry_id: string; before: Outcome; after: Outcome; answered_with: string }[];
}

export interface Draft {
  id: string;
  status: DraftStatus;
  version: number;
  question: string;
  alternatives: string[];
  answer: string;
  language: Language;
  category: string;
  asked: number;
  sessions: number;
  likeness: Likeness | "";
  is_edited: boolean;
  created_at: Timestamp;
  updated_at: Timestamp;
  rehearsal: RehearsalFigures | null;
  decision: { at: Timestamp; by: PersonId; by_name: string; reason: string; entry_id: string | null } | null;
}

export interface WholeDraft extends Draft {
  sources: Unanswered[];
  similar: { id: string; question: string; answer: string; similarity: number; kind: Likeness }[];
  answered_by: string | null;
}

export interface Doubted {
  entry_id: string;
  question: string;
  answer: string;
  trust: number;
  helpful: number;
  not_helpful: number;
  changed_at: Timestamp;
}

export interface Judgement {
  asked: number;
  target_precision: number;
  answer_from: number;
  answered_share: number;
  answered_precision: number | null;
  calibration_error: number | null;
  reliability: { confidence: number; right_share: number; count: number }[];
  risk: { coverage: number; risk: number; confidence: number }[];
}
