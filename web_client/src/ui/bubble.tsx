/** One message as its reader sees it: whose it is, what it says, how far it got and what can be done with it. */

import type { Outgoing } from "../core/outgoing";
import { textForCode } from "../core/error_text";
import { formatMoment, formatTime } from "../core/i18n";
import type { BotEntry, ClientMessageId, FileId, Message, SenderRole } from "../core/wire";
import { Avatar, Badge } from "./badge";
import { IconButton } from "./button";
import { CheckIcon, ClockIcon, DoubleCheckIcon, FileIcon, ThumbDownIcon, ThumbUpIcon } from "./icons";
import { LinkedText } from "./linked_text";
import { uiText } from "./texts";
import "./bubble.css";

/** How far an own message got; `stored` is another person's view, without ticks. */
export type DeliveryState = Outgoing["state"] | "delivered" | "read" | "stored";

export interface MessageActions {
  onRetry?: (cmid: ClientMessageId) => void;
  onDiscard?: (cmid: ClientMessageId) => void;
  onRecall?: (seq: number) => void;
  onChoice?: (entry: BotEntry, message: Message) => void;
  onFeedback?: (seq: number, helpful: boolean) => void;
  onOpenFile?: (file_id: FileId, name: string) => void;
}

export interface BubbleProps {
  message: Message;
  is_own: boolean;
  /** Names the sender also on our side: somebody else of the staff wrote this. */
  is_colleague?: boolean;
  is_first: boolean;
  is_last: boolean;
  state: DeliveryState;
  /** The code of the final refusal of a failed message. */
  failure?: string;
  actions: MessageActions;
  /** What the person said about this bot answer. */
  feedback?: boolean;
  /** Choices under an older message can no longer be taken. */
  is_newest: boolean;
}

const RECALL_WITHIN_MS = 2 * 60_000;

export function Bubble(props: BubbleProps) {
  const { message, is_own, is_first } = props;
  const is_bot = message.from.role === "bot";
  return (
    <div
      class={classesOf(props, is_bot)}
      data-testid="message"
      data-seq={message.seq > 0 ? message.seq : undefined}
      data-role={message.from.role}
      data-state={props.state}
    >
      {!is_own && is_first && (
        <span class="message__avatar">
          <Avatar name={message.from.name} id={message.from.id} is_bot={is_bot} />
        </span>
      )}
      <div class="message__column">
        {is_first && (!is_own || is_bot || props.is_colleague === true) && (
          <SenderLine name={message.from.name} role={message.from.role} />
        )}
        <Body {...props} />
        {message.data?.bot?.decision === "clarify" && <Choices {...props} entries={message.data.bot.entries} />}
        {message.data?.bot?.decision === "answer" && <Feedback {...props} />}
        {props.state === "failed" ? <Failure {...props} /> : (props.is_last || props.state === "waiting") && <Meta {...props} />}
      </div>
    </div>
  );
}

function classesOf(props: BubbleProps, is_bot: boolean): string {
  const is_unsent = props.state === "waiting" || props.state === "sending";
  return [
    "message",
    props.is_own && "message--own",
    is_bot && "message--bot",
    props.is_first && "message--first",
    props.is_last && "message--last",
    is_unsent && "message--unsent",
    props.state === "failed" && "message--failed",
    props.message.data?.bot?.decision === "crisis" && "message--crisis",
  ]
    .filter(Boolean)
    .join(" ");
}

function SenderLine({ name, role }: { name: string; role: SenderRole }) {
  const t = uiText.value;
  const label = role === "bot" ? t.bot : role === "supervisor" ? t.supervisor : null;
  return (
    <p class="message__sender">
      {name === label ? null : name}
      {label !== null && <Badge tone="accent">{label}</Badge>}
    </p>
  );
}

function Body({ message, actions }: BubbleProps) {
  const { data } = message;
  if (data?.recalled === true) return <p class="bubble bubble--recalled">{uiText.value.recalled}</p>;
  if (message.kind === "file" && data?.file_id !== undefined) {
    const { file_id } = data;
    const name = data.name ?? (message.text === "" ? uiText.value.file : message.text);
    return (
      <div class="bubble">
        <button
          type="button"
          class="file"
          aria-label={uiText.value.download({ name })}
          disabled={actions.onOpenFile === undefined}
          onClick={() => actions.onOpenFile?.(file_id, name)}
        >
          <FileIcon />
          {name}
        </button>
      </div>
    );
  }
  return (
    <div class="bubble" dir="auto">
      <LinkedText text={spokenText(message, actions)} has_phones={data?.bot?.decision === "crisis"} />
    </div>
  );
}

/** The text without the choices that stand below it as buttons. */
function spokenText({ text, data }: Message, actions: MessageActions): string {
  if (data?.bot?.decision !== "clarify" || actions.onChoice === undefined) return text;
  const choices = new Set(data.bot.entries.map((entry) => `· ${entry.question}`));
  return text
    .split("\n")
    .filter((line) => !choices.has(line))
    .join("\n");
}

function Choices({ message, entries, actions, is_newest }: BubbleProps & { entries: BotEntry[] }) {
  const choose = actions.onChoice;
  if (choose === undefined) return null;
  return (
    <div class="chips" data-testid="choices">
      {entries.map((entry) => (
        <button key={entry.id} type="button" class="chip" disabled={!is_newest} onClick={() => choose(entry, message)}>
          {entry.question}
        </button>
      ))}
    </div>
  );
}

function Feedback({ message, actions, feedback }: BubbleProps) {
  const say = actions.onFeedback;
  if (say === undefined) return null;
  const t = uiText.value;
  return (
    <div class="feedback" data-testid="feedback">
      <IconButton label={t.helpful} pressed={feedback === true} onClick={() => say(message.seq, true)}>
        <ThumbUpIcon />
      </IconButton>
      <IconButton label={t.notHelpful} pressed={feedback === false} onClick={() => say(message.seq, false)}>
        <ThumbDownIcon />
      </IconButton>
      {feedback !== undefined && <span role="status">{t.feedbackThanks}</span>}
    </div>
  );
}

function Failure({ message, failure, actions }: BubbleProps) {
  const t = uiText.value;
  return (
    <p class="message__failure" role="alert">
      <span>
        {t.notSent} · {textForCode(failure ?? "internal")}
      </span>
      <span class="message__acts">
        {actions.onRetry !== undefined && (
          <button type="button" class="message__act" onClick={() => actions.onRetry?.(message.cmid)}>
            {t.retry}
          </button>
        )}
        {actions.onDiscard !== undefined && (
          <button type="button" class="message__act" onClick={() => actions.onDiscard?.(message.cmid)}>
            {t.discard}
          </button>
        )}
      </span>
    </p>
  );
}

function Meta({ message, is_own, state, actions }: BubbleProps) {
  const is_recent = Date.now() - Date.parse(message.created_at) < RECALL_WITHIN_MS;
  const can_recall =
    is_own && message.from.role !== "bot" && message.seq > 0 && is_recent && message.data?.recalled !== true;
  return (
    <p class="message__meta">
      {can_recall && actions.onRecall !== undefined && (
        <button type="button" class="message__act" onClick={() => actions.onRecall?.(message.seq)}>
          {uiText.value.recall}
        </button>
      )}
      <time dateTime={message.created_at} title={formatMoment(message.created_at)}>
        {formatTime(message.created_at)}
      </time>
      {is_own && message.from.role !== "bot" && <Tick state={state} />}
    </p>
  );
}

function Tick({ state }: { state: DeliveryState }) {
  const t = uiText.value;
  const [Icon, label, style] = {
    waiting: [ClockIcon, t.waiting, ""] as const,
    sending: [ClockIcon, t.sending, ""] as const,
    sent: [CheckIcon, t.sent, ""] as const,
    stored: [CheckIcon, t.sent, ""] as const,
    delivered: [DoubleCheckIcon, t.delivered, ""] as const,
    read: [DoubleCheckIcon, t.read, "icon--read"] as const,
    failed: [ClockIcon, t.notSent, "icon--failed"] as const,
  }[state];
  return (
    <span role="img" aria-label={label} title={label} data-testid="tick">
      <Icon class={style} />
    </span>
  );
}
