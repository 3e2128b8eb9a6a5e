/** Hands a conversation on: to a colleague, or back to the queue with a topic that finds somebody better. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { textForFailure } from "../core/error_text";
import { codeOf } from "../core/failures";
import type { PersonId, Session } from "../core/wire";
import { Avatar, Button, Dialog, DialogActions, Field, Skeleton, tell, tellFailure, TransferIcon } from "../ui";
import { uiText } from "../ui/texts";
import type { Desk } from "./desk";
import { candidatesFor, type Colleague } from "./directory";
import { LanguageMark } from "./language_mark";
import { deskText } from "./texts";

const LONGEST_TOPIC = 200;
const LONGEST_NOTE = 4_000;
const SKILLS_SHOWN = 3;
/** More than these are found by typing. */
const SHOWN_AT_ONCE = 30;

type Target = PersonId | "queue";

export function TransferDialog({ desk, session, onClose }: { desk: Desk; session: Session; onClose: () => void }) {
  const t = deskText.value;
  const target = useSignal<Target | null>(null);
  const topic = useSignal("");
  const note = useSignal("");
  const error = useSignal<string | null>(null);
  const is_busy = useSignal(false);
  useEffect(() => void desk.directory.refresh().catch(tellFailure), []);

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (target.value === null) return;
    is_busy.value = true;
    error.value = null;
    const name = target.value === "queue" ? "" : (desk.directory.nameOf(target.value) ?? "");
    try {
      await desk.transfer(session.id, request(target.value, topic.value.trim(), note.value.trim()));
      tell(target.value === "queue" ? t.returned : t.transferred({ name }));
      onClose();
    } catch (failure) {
      error.value = refusal(failure, name);
      void desk.directory.refresh().catch(() => undefined);
    } finally {
      is_busy.value = false;
    }
  };
  return (
    <Dialog title={t.transferTitle({ name: session.user.name })} onClose={onClose} testid="transfer-dialog">
      <form class="transfer" onSubmit={(event) => void submit(event)}>
        <Targets desk={desk} target={target.value} onChoose={(choice) => (target.value = choice)} />
        {target.value === "queue" && (
          <Field label={t.transferTopic} hint={t.transferTopicHint} value={topic.value} maxlength={LONGEST_TOPIC} onInput={(text) => (topic.value = text)} testid="transfer-topic" />
        )}
        <Field label={t.transferNote} value={note.value} multiline maxlength={LONGEST_NOTE} onInput={(text) => (note.value = text)} testid="transfer-note" />
        {error.value !== null && (
          <p class="field__error" role="alert" data-testid="transfer-error">
            {error.value}
          </p>
        )}
        <DialogActions>
          <Button onClick={onClose}>{uiText.value.cancel}</Button>
          <Button kind="primary" type="submit" busy={is_busy.value} disabled={target.value === null} testid="transfer-submit">
            {t.transfer}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function request(target: Target, topic: string, note: string): { consultant_id?: PersonId; topic?: string; note?: string } {
  const words = note === "" ? {} : { note };
  if (target !== "queue") return { consultant_id: target, ...words };
  return topic === "" ? words : { topic, ...words };
}

function refusal(failure: unknown, name: string): string {
  const t = deskText.value;
  const code = codeOf(failure);
  if (name !== "" && code === "conflict") return t.colleagueGone({ name });
  if (name !== "" && code === "at_capacity") return t.colleagueFull({ name });
  return textForFailure(failure);
}

interface TargetsProps {
  desk: Desk;
  target: Target | null;
  onChoose: (target: Target) => void;
}

function Targets({ desk, target, onChoose }: TargetsProps) {
  const t = deskText.value;
  const words = useSignal("");
  const all = desk.directory.colleagues;
  const found = all === null ? [] : candidatesFor(all, desk.person.id, words.value).slice(0, SHOWN_AT_ONCE);
  return (
    <fieldset class="targets">
      <legend class="field__label">{t.transferTo}</legend>
      <label class={`target ${target === "queue" ? "target--on" : ""}`} data-testid="transfer-queue">
        <input type="radio" name="target" checked={target === "queue"} onChange={() => onChoose("queue")} />
        <span class="target__mark">
          <TransferIcon />
        </span>
        <span class="target__words">
          {t.toQueue}
          <small>{t.toQueueHint}</small>
        </span>
      </label>
      <Field label={t.search} type="search" value={words.value} onInput={(text) => (words.value = text)} testid="transfer-search" />
      <div class="targets__people">
        {all === null && <Skeleton rows={3} />}
        {all !== null && found.length === 0 && <p class="list-part__empty">{t.noColleagues}</p>}
        {found.map((colleague) => (
          <PersonTarget key={colleague.id} colleague={colleague} is_on={target === colleague.id} onChoose={() => onChoose(colleague.id)} />
        ))}
      </div>
    </fieldset>
  );
}

function PersonTarget({ colleague, is_on, onChoose }: { colleague: Colleague; is_on: boolean; onChoose: () => void }) {
  const t = deskText.value;
  const { status, open_sessions, capacity } = colleague;
  return (
    <label class={`target ${is_on ? "target--on" : ""}`} data-testid="transfer-target" data-consultant={colleague.id}>
      <input type="radio" name="target" checked={is_on} onChange={onChoose} />
      <Avatar name={colleague.name} id={colleague.id} size="small" />
      <span class="target__words">
        <span class="target__name">
          {colleague.name}
          {colleague.languages.map((language) => (
            <LanguageMark key={language} language={language} />
          ))}
        </span>
        <small>{[colleague.title, ...colleague.skills.slice(0, SKILLS_SHOWN)].filter(Boolean).join(" · ")}</small>
      </span>
      {status !== undefined && (
        <span class={`target__status presence--${status}`}>
          <span class="presence__dot" />
          {t.statuses[status]} {open_sessions !== undefined && t.places({ open: open_sessions, capacity })}
        </span>
      )}
    </label>
  );
}
