/** The events of the wire protocol, version 1, as types; nothing here exists at run time. */

import type {
  BoardState,
  ClientMessageId,
  DeskChanges,
  DeskState,
  Epoch,
  Language,
  Message,
  MessageData,
  Note,
  Offer,
  Opened,
  Page,
  PersonId,
  Presence,
  PresenceStatus,
  PriceClass,
  QueuePlace,
  Rating,
  Receipt,
  Sender,
  SenderRole,
  Session,
  SessionId,
  Suggestion,
  Timestamp,
} from "./wire";

type Empty = Record<string, never>;

interface InSession {
  session_id: SessionId;
}

/** Client events: name -> [argument, result of the ack]. */
export interface ClientEvents {
  "session:start": [
    {
      text?: string;
      cmid?: ClientMessageId;
      topic?: string;
      language?: Language;
      price_class?: PriceClass;
      consultant_id?: PersonId;
    },
    { session: Session; messages: Message[]; resumed: boolean },
  ];
  "session:sync": [InSession & ({ last: number; epoch?: Epoch } | { tail: number }), Page];
  "message:send": [
    InSession & { cmid: ClientMessageId; text: string; kind?: "text" | "file"; data?: MessageData },
    { cmid: ClientMessageId; seq: number; created_at: Timestamp },
  ];
  "message:recall": [InSession & { seq: number }, Empty];
  "message:receipt": [InSession & { delivered?: number; read?: number }, Empty];
  typing: [InSession & { on: boolean }, Empty];
  "session:handoff": [InSession & { reason?: string }, { session: Session }];
  "session:cancel": [InSession, { session: Session }];
  "session:end": [InSession, { session: Session }];
  "session:rate": [InSession & { score: number; comment?: string; tags?: string[] }, { rating: Rating }];
  "bot:feedback": [InSession & { seq: number; helpful: boolean }, Empty];
  "desk:open": [Empty, DeskState];
  "presence:set": [{ status: PresenceStatus; capacity?: number }, { presence: Presence }];
  "offer:accept": [InSession & { fence: number }, Opened];
  "offer:decline": [InSession & { fence: number; reason?: string }, Empty];
  "queue:claim": [InSession, Opened];
  "session:transfer": [
    InSession & { consultant_id?: PersonId; topic?: string; note?: string },
    { session: Session },
  ];
  "session:join": [InSession, Opened];
  "note:add": [InSession & { cmid: ClientMessageId; text: string }, { note: Note }];
  "tags:set": [InSession & { tags: string[] }, { session: Session }];
  "alarm:settle": [InSession & { seq: number }, { session: Session }];
  "session:suggest": [InSession & { text?: string }, { suggestions: Suggestion[] }];
  "board:open": [Empty, { board: BoardState; version: number }];
  "auth:refresh": [{ token: string }, { expires_at: Timestamp }];
}

export type ClientEvent = keyof ClientEvents;
export type EventArgument<Name extends ClientEvent> = ClientEvents[Name][0];
export type EventResult<Name extends ClientEvent> = ClientEvents[Name][1];

export interface TypingNotice {
  session_id: SessionId;
  from: Sender;
  on: boolean;
}

export interface ReceiptNotice extends Receipt {
  session_id: SessionId;
  by: Sender | SenderRole;
}

export interface TailHint {
  session_id: SessionId;
  epoch: Epoch;
  last_seq: number;
}

/** Server events: name -> payload. */
export interface ServerEvents {
  message: { message: Message };
  session: { session: Session };
  note: { note: Note };
  typing: TypingNotice;
  receipt: ReceiptNotice;
  queue: QueuePlace & { session_id: SessionId };
  offer: Offer;
  "offer:revoked": { session_id: SessionId; reason: string };
  desk: DeskChanges;
  board: Partial<BoardState> & { version: number };
  "session:tail": TailHint;
  "auth:expiring": { expires_at: Timestamp };
  "server:restart": { retry_in_ms: number };
}

export type ServerEvent = keyof ServerEvents;

export interface WireFailure {
  code: string;
  message: string;
  retry: boolean;
  details?: { retry_after_ms?: number; [other: string]: unknown };
}

export type Ack<Result> = ({ ok: true } & Result) | { ok: false; error: WireFailure };
