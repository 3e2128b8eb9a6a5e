/** The log on screen, shared by chat and desk: newest at the bottom, holding the reader's place while it grows. */

import { Fragment, type ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import type { Outgoing } from "../core/outgoing";
import { formatDay } from "../core/i18n";
import { hasOlder, type SessionLog } from "../core/session_log";
import type { ClientMessageId, Message, Receipt } from "../core/wire";
import { Bubble, type DeliveryState, type MessageActions } from "./bubble";
import { Button } from "./button";
import { DownIcon } from "./icons";
import { LinkedText } from "./linked_text";
import { rowsOf, type MessageRow } from "./message_rows";
import { useNewestAnchor } from "./newest_anchor";
import { uiText } from "./texts";
import "./message_list.css";

/** Stands behind the message `after_seq` and before the next one. */
export interface Insert {
  key: string;
  after_seq: number;
  content: ComponentChildren;
}

export interface MessageListProps {
  log: SessionLog;
  /** Whose screen this is; the staff's shows the consultant and the bot on our side. */
  perspective: "user" | "staff";
  actions: MessageActions;
  feedback?: Readonly<Record<number, boolean>>;
  is_loading_older?: boolean;
  onLoadOlder?: () => void;
  /** The newest message was on a visible screen. */
  onRead?: (seq: number) => void;
  /** Pieces of the page's own among the messages, for instance notes; in order of `after_seq`. */
  inserts?: readonly Insert[];
  /** Stands above the first message of the session. */
  header?: ComponentChildren;
  /** Stands below the newest one. */
  footer?: ComponentChildren;
}

export function MessageList(props: MessageListProps) {
  const { log } = props;
  const t = uiText.value;
  const drawn = useMemo(() => drawnMessages(log, props.perspective), [log.messages, log.outgoing, props.perspective]);
  const rows = useMemo(() => rowsOf(drawn.messages), [drawn]);
  const anchor = useNewestAnchor({
    first_seq: log.first_seq,
    last_seq: log.last_seq,
    unsent: log.outgoing.length,
    onRead: props.onRead,
    onTop: () => {
      if (hasOlder(log) && props.is_loading_older !== true) props.onLoadOlder?.();
    },
  });
  return (
    <div class="message-list">
      <div class="message-list__scroller" ref={anchor.scroller} onScroll={anchor.onScroll} tabIndex={0} role="region" aria-label={t.messages}>
        {hasOlder(log) ? (
          <div class="message-list__earlier">
            <Button kind="quiet" size="small" busy={props.is_loading_older === true} onClick={props.onLoadOlder}>
              {t.earlier}
            </Button>
          </div>
        ) : (
          props.header
        )}
        <div role="log" aria-live="polite" aria-relevant="additions" aria-label={t.messages} aria-busy={props.is_loading_older}>
          {withInserts(rows, props.inserts ?? [], log.first_seq).map((entry) =>
            "content" in entry ? (
              <Fragment key={entry.key}>{entry.content}</Fragment>
            ) : (
              <Row key={keyOf(entry, log, drawn.outgoing)} row={entry} list={props} outgoing={drawn.outgoing} />
            ),
          )}
        </div>
        <Typists log={log} />
        {props.footer}
      </div>
      {anchor.is_away && (
        <button type="button" class="message-list__pill" data-testid="to-newest" onClick={anchor.toNewest}>
          <DownIcon />
          {anchor.unseen > 0 ? t.newMessages({ count: anchor.unseen }) : t.toNewest}
        </button>
      )}
    </div>
  );
}

/** What stands behind messages that are not loaded yet waits until they are. */
function withInserts(rows: readonly MessageRow[], inserts: readonly Insert[], first_seq: number): (MessageRow | Insert)[] {
  const waiting = inserts.filter((insert) => insert.after_seq >= first_seq - 1);
  const entries: (MessageRow | Insert)[] = [];
  rows.forEach((row, index) => {
    const message = messageOf(row) ?? messageOf(rows[index + 1]);
    // Unsent messages have no seq yet and come last.
    const seq = message?.seq || Infinity;
    while (waiting[0] !== undefined && waiting[0].after_seq < seq) entries.push(waiting.shift()!);
    entries.push(row);
  });
  return [...entries, ...waiting];
}

function messageOf(row: MessageRow | undefined): Message | null {
  return row === undefined || row.kind === "day" ? null : row.message;
}

interface Drawn {
  messages: readonly Message[];
  outgoing: ReadonlyMap<ClientMessageId, Outgoing>;
}

/**
 * The log, then what is on its way, then what failed, dressed as messages without a seq. In this order no bubble
 * ever changes places: Chromium can keep the old style of an element that changes class while it moves.
 */
function drawnMessages(log: SessionLog, perspective: "user" | "staff"): Drawn {
  const role = perspective === "user" ? ("user" as const) : ("consultant" as const);
  const on_its_way = log.outgoing.filter((item) => item.state !== "failed");
  const failed = log.outgoing.filter((item) => item.state === "failed");
  const pending = [...on_its_way, ...failed].map(
    (item): Message => ({
      session_id: log.id,
      epoch: log.epoch ?? 0,
      seq: 0,
      cmid: item.cmid,
      kind: item.kind,
      from: { role, id: log.self_id, name: "" },
      text: item.text,
      ...(item.data === undefined ? {} : { data: item.data }),
      created_at: item.created_at,
    }),
  );
  const outgoing = new Map(log.outgoing.map((item) => [item.cmid, item]));
  return { messages: [...log.messages, ...pending], outgoing };
}

/** An own message keeps its key when it comes back through the log, so it is not read out twice. */
function keyOf(row: MessageRow, log: SessionLog, outgoing: Drawn["outgoing"]): string {
  if (row.kind !== "bubble" || row.message.from.id !== log.self_id) return row.key;
  const { cmid } = row.message;
  return outgoing.get(cmid)?.state === "failed" ? `failed-${cmid}` : `own-${cmid}`;
}

function Row({ row, list, outgoing }: { row: MessageRow; list: MessageListProps; outgoing: Drawn["outgoing"] }) {
  if (row.kind === "day") return <p class="message-list__day">{formatDay(row.timestamp)}</p>;
  if (row.kind === "system") return <SystemLine message={row.message} />;
  const { message } = row;
  const item = message.seq === 0 ? outgoing.get(message.cmid) : undefined;
  const is_user = message.from.role === "user";
  const { log } = list;
  return (
    <Bubble
      message={message}
      is_own={list.perspective === "user" ? is_user : !is_user}
      is_colleague={list.perspective === "staff" && message.from.id !== log.self_id}
      is_first={row.is_first}
      is_last={row.is_last}
      state={item?.state ?? stateOf(message, list)}
      failure={item?.failure}
      actions={message.from.id === log.self_id ? list.actions : { ...list.actions, onRecall: undefined }}
      feedback={list.feedback?.[message.seq]}
      is_newest={isNewestWord(message, log)}
    />
  );
}

function SystemLine({ message }: { message: Message }) {
  return (
    <p
      class={`message-list__system ${isEmergency(message) ? "message-list__system--emergency" : ""}`}
      data-testid="message"
      data-seq={message.seq}
      data-role="system"
      data-event={message.data?.event}
    >
      <LinkedText text={message.text} has_phones={isEmergency(message)} />
    </p>
  );
}

/** The server's own answer to words of danger that somebody wrote while waiting: it carries emergency numbers. */
function isEmergency(message: Message): boolean {
  return message.kind === "system" && message.data?.event === "emergency_notice";
}

function stateOf(message: Message, list: MessageListProps): DeliveryState {
  const is_user = message.from.role === "user";
  if (is_user !== (list.perspective === "user")) return "stored";
  const { receipts } = list.log;
  const reached: Receipt = is_user ? receipts.consultant : receipts.user;
  if (message.seq <= reached.read) return "read";
  return message.seq <= reached.delivered ? "delivered" : "sent";
}

/** Choices may be taken while the bot leads and nobody has written after them. */
function isNewestWord(message: Message, log: SessionLog): boolean {
  if (log.session?.status !== "bot" || log.outgoing.some((item) => item.state !== "failed")) return false;
  return !log.messages.some((other) => other.seq > message.seq && other.from.role !== "system");
}

function Typists({ log }: { log: SessionLog }) {
  const names = log.typists.map((typist) => typist.from.name);
  if (names.length === 0) return null;
  return (
    <p class="typing" data-testid="typing">
      <span class="typing__dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {uiText.value.typing({ name: names.join(", ") })}
    </p>
  );
}
