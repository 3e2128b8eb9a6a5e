/** The objects of the wire protocol, version 1, as types; nothing here exists at run time. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type SessionId = Branded<"SessionId">;
export type PersonId = Branded<"PersonId">;
/** A UUID that the sender chose: it makes a resend harmless. */
export type ClientMessageId = Branded<"ClientMessageId">;
export type FileId = Branded<"FileId">;
/** RFC 3339, UTC, milliseconds. */
export type Timestamp = string;
export type Epoch = string | number;

export type Language = "zh" | "en";
export type Role = "user" | "consultant" | "supervisor" | "admin";
export type SenderRole = "user" | "consultant" | "supervisor" | "bot" | "system";
export type SessionStatus = "bot" | "queued" | "active" | "ended";
export type PresenceStatus = "online" | "busy" | "away" | "offline";
export type BotDecision = "answer" | "clarify" | "handoff" | "smalltalk" | "crisis";
export type SystemEvent =
  | "session_started"
  | "bot_handoff"
  | "queued"
  | "assigned"
  | "transferred"
  | "joined"
  | "consultant_lost"
  | "recalled"
  | "session_ended";

export interface Sender {
  role: SenderRole;
  id: PersonId;
  name: string;
}

export interface BotEntry {
  id: string;
  question: string;
  score: number;
}

export interface BotData {
  decision: BotDecision;
  confidence: number;
  entries: BotEntry[];
}

export interface MessageData {
  reply_to?: number;
  file_id?: FileId;
  name?: string;
  size?: number;
  type?: string;
  recalled?: boolean;
  event?: SystemEvent | (string & {});
  seq?: number;
  bot?: BotData;
  [other: string]: unknown;
}

export interface Message {
  session_id: SessionId;
  epoch: Epoch;
  seq: number;
  cmid: ClientMessageId;
  kind: "text" | "file" | "system" | "card" | (string & {});
  from: Sender;
  text: string;
  data?: MessageData;
  created_at: Timestamp;
}

export interface WaitEstimate {
  p50: number;
  p90: number;
}

export type Hold = "no_such_skill" | (string & {});

export interface QueuePlace {
  position: number;
  /** Seconds; null while too little is known. */
  eta_s: WaitEstimate | null;
  opens_at?: Timestamp;
  /** Nobody present can take this on; the place is kept. */
  hold?: Hold;
}

export interface Receipt {
  delivered: number;
  read: number;
}

export interface Receipts {
  user: Receipt;
  consultant: Receipt;
}

export interface ConsultantCard {
  id: PersonId;
  name: string;
  title?: string;
  avatar?: string;
}

export interface Rating {
  score: number;
  comment?: string;
  tags: string[];
  consultant_id?: PersonId;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** The words of message `seq` sound like danger; `text` are the help lines that the bot would give. */
export interface Alarm {
  seq: number;
  text: string;
  raised_at: Timestamp;
}

export const priceClasses = ["economy", "standard", "premium"] as const;
export type PriceClass = (typeof priceClasses)[number];

export interface Session {
  id: SessionId;
  status: SessionStatus;
  epoch: Epoch;
  last_seq: number;
  topic?: string;
  /** The one that the user wishes. */
  price_class?: PriceClass;
  language: string;
  tags: string[];
  /** 0, 1 for haste or anger, 2 for danger. */
  priority: number;
  created_at: Timestamp;
  queued_at?: Timestamp;
  assigned_at?: Timestamp;
  ended_at?: Timestamp;
  ended_by?: "user" | "consultant" | "system" | "timeout";
  user: { id: PersonId; name: string };
  consultant?: ConsultantCard;
  reason?: string;
  queue?: QueuePlace;
  receipts: Receipts;
  rating?: Rating;
  /** Staff only, until one of them has dealt with it. */
  alarm?: Alarm;
}

export interface Note {
  id: string;
  session_id: SessionId;
  after_seq: number;
  from: Sender;
  text: string;
  created_at: Timestamp;
}

export interface ScoreTerm {
  name: string;
  value: number;
  weight: number;
  contribution: number;
}

export interface Explanation {
  policy: string;
  consultant_id: PersonId;
  score: number;
  terms: ScoreTerm[];
  candidates: { consultant_id: PersonId; score: number; terms: ScoreTerm[] }[];
  excluded: { consultant_id: PersonId; reason: string }[];
  at: Timestamp;
  /** The probability of this choice under the policy; 1 where nothing was left to chance. */
  propensity?: number;
  /** Somebody less known was given a chance. */
  is_exploration?: boolean;
}

/** `status` is what the consultant chose, `present` whether the server really sees a desk of theirs. */
export interface Presence {
  status: PresenceStatus;
  capacity: number;
  /** Sessions held now. */
  open: number;
  present: boolean;
}

export interface Offer {
  session_id: SessionId;
  fence: number;
  expires_in_ms: number;
  session: Session;
  /** As in a waiting session. */
  priority_reason?: PriorityReason;
  explanation: Explanation;
}

export interface Suggestion {
  entry_id: string;
  question: string;
  answer: string;
  confidence: number;
}

/** What staff see of a conversation before the first word; all words are the user's or the knowledge base's. */
export type MoodLabel = "positive" | "neutral" | "negative";

/** How the user sounds, and the newest messages that say something, in order, each with its own mood. */
export interface SessionMood {
  label: MoodLabel;
  heard: { seq: number; text: string; label: MoodLabel; probability: number }[];
}

export interface SessionSummary {
  topic?: string;
  is_topic_guessed: boolean;
  need: { seq: number; text: string }[];
  intents: string[];
  entities: { kind: string; text: string; value: string; seq: number }[];
  bot: { seq: number; decision: BotDecision; confidence: number; question?: string; helpful?: boolean }[];
  /** Absent where it is not known. */
  mood?: SessionMood;
  last_seq: number;
}

export interface Page {
  session: Session;
  messages: Message[];
  more: boolean;
  reset: boolean;
  first_seq: number;
}

export interface Opened {
  session: Session;
  messages: Message[];
}

export interface DeskState {
  presence: Presence;
  sessions: Session[];
  offers: Offer[];
  queue: QueueItem[];
  version: number;
  /** Whether waiting sessions may be taken by hand here. */
  can_claim: boolean;
}

/** Changes of the desk; `removed` are ids of sessions that left both the desk and the queue. */
export interface DeskChanges {
  version: number;
  presence?: Presence;
  sessions?: Session[];
  queue?: QueueItem[];
  removed?: SessionId[];
}

/** What makes a session wait further up than others. */
export type PriorityReason = "haste" | "anger" | "danger";

/** A waiting session as consultants and supervisors see it: nothing that was said. */
export interface QueueItem {
  id: SessionId;
  position: number;
  user: { id: PersonId; name: string };
  topic?: string;
  language: string;
  /** 0, 1 for haste or anger, 2 for danger. */
  priority: number;
  /** The gravest one; absent for priority 0, and where it is not known. */
  priority_reason?: PriorityReason;
  queued_at: Timestamp;
  is_offered: boolean;
}

export interface BoardWaiting extends QueueItem {
  offered_to?: { id: PersonId; name: string };
  waited_s: number;
  hold?: Hold;
}

/** Of the newest waits: how many were compared with what was told, and which shares were no longer. */
export interface EstimateError {
  judged: number;
  covered_p50: number | null;
  covered_p90: number | null;
}

/** Who was asked and did not take a session. */
export interface Decline {
  consultant_id: PersonId;
  how: "declined" | "silent";
  reason?: string;
  at: Timestamp;
}

export interface BoardConsultant {
  id: PersonId;
  name: string;
  title: string;
  status: PresenceStatus;
  /** Whether a desk of theirs is really connected. */
  present: boolean;
  open: number;
  capacity: number;
}

/** Sessions of the last 24 hours; votes are of all time. */
export interface BotFigures {
  started: number;
  asked_for_person: number;
  in_conversation: number;
  helpful: number;
  not_helpful: number;
}

export interface RatedSession {
  session_id: SessionId;
  user: { id: PersonId; name: string };
  consultant?: { id: PersonId; name: string };
  rating: Rating;
}

export interface BoardState {
  waiting: BoardWaiting[];
  longest_wait_s: number;
  active: Session[];
  consultants: BoardConsultant[];
  bot: BotFigures;
  estimates: EstimateError;
  ratings: RatedSession[];
}

export interface Person {
  id: PersonId;
  name: string;
  role?: Role;
  username?: string;
  /** True for an anonymous user. */
  is_visitor?: boolean;
  [other: string]: unknown;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  /** Seconds. */
  expires_in: number;
  user: Person;
}

export interface Listing<Item> {
  items: Item[];
  next_cursor: string | null;
}
