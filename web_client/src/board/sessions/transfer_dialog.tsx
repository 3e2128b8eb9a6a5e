/** Hands a session to a consultant who is there and has room, or back to the queue. */

import { useSignal } from "@preact/signals";
import { textForCode } from "../../core/error_text";
import { codeOf } from "../../core/failures";
import type { BoardConsultant, PersonId, Session } from "../../core/wire";
import { Avatar, Button, Dialog, DialogActions, Field, tell } from "../../ui";
import { uiText } from "../../ui/texts";
import { byAvailability, freePlaces } from "../floor/consultant_order";
import { useParts } from "../frame/parts";
import { presenceName } from "../names";
import { boardText, sessionText } from "../texts";
import type { SessionCase } from "./session_case";

/** Stands for the queue among the consultants' ids. */
const QUEUE = "";

export function TransferDialog({ shown, session, onClose }: { shown: SessionCase; session: Session; onClose: () => void }) {
  const t = sessionText.value;
  const { feed } = useParts();
  const others = (feed.live.value.board?.consultants ?? []).filter((one) => one.id !== session.consultant?.id);
  const { target, note, refusal, is_busy, submit } = useTransfer(shown, others, onClose);
  return (
    <Dialog title={t.transferTitle} onClose={onClose} testid="transfer-dialog">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <fieldset class="choices">
          <legend class="field__label">{t.transferTo}</legend>
          {session.status === "active" && (
            <Choice checked={target.value === QUEUE} title={t.queue} about={t.queueDetail} testid="transfer-queue" onChoose={() => (target.value = QUEUE)} />
          )}
          {byAvailability(others).map((one) => (
            <ConsultantChoice key={one.id} one={one} checked={target.value === one.id} onChoose={() => (target.value = one.id)} />
          ))}
        </fieldset>
        <Field label={t.transferNote} hint={t.transferNoteHint} multiline maxlength={4_000} value={note.value} onInput={(text) => (note.value = text)} />
        {refusal.value !== null && (
          <p class="form-error" role="alert">
            {refusalText(refusal.value)}
          </p>
        )}
        <DialogActions>
          <Button onClick={onClose}>{uiText.value.cancel}</Button>
          <Button type="submit" kind="primary" busy={is_busy.value} disabled={target.value === null} testid="transfer-submit">
            {t.transfer}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Where the session shall go; `target` is null until somebody is chosen, `refusal` is the code of the last refusal. */
function useTransfer(shown: SessionCase, others: readonly BoardConsultant[], onClose: () => void) {
  const target = useSignal<string | null>(null);
  const note = useSignal("");
  const refusal = useSignal<string | null>(null);
  const is_busy = useSignal(false);
  const submit = async (): Promise<void> => {
    const to = target.value;
    if (to === null || is_busy.value) return;
    is_busy.value = true;
    refusal.value = null;
    const t = sessionText.peek();
    try {
      const remark = note.value.trim();
      await shown.transfer(to === QUEUE ? { note: remark } : { consultant_id: to as PersonId, note: remark });
      tell(to === QUEUE ? t.backInQueue : t.transferred({ name: others.find((one) => one.id === to)?.name ?? "" }));
      onClose();
    } catch (failure) {
      refusal.value = codeOf(failure);
    } finally {
      is_busy.value = false;
    }
  };
  return { target, note, refusal, is_busy, submit };
}

function ConsultantChoice({ one, checked, onChoose }: { one: BoardConsultant; checked: boolean; onChoose: () => void }) {
  const t = boardText.value;
  const is_full = freePlaces(one) === 0;
  const state = one.present ? presenceName(one.status) : t.notPresent;
  return (
    <Choice
      checked={checked}
      disabled={!one.present || is_full}
      title={one.name}
      about={`${state} · ${t.load({ open: one.open, capacity: one.capacity })}`}
      mark={one}
      testid="transfer-consultant"
      onChoose={onChoose}
    />
  );
}

interface ChoiceProps {
  checked: boolean;
  disabled?: boolean;
  title: string;
  about: string;
  mark?: { id: string; name: string };
  testid: string;
  onChoose: () => void;
}

function Choice(props: ChoiceProps) {
  return (
    <label class="choice" data-testid={props.testid}>
      <input type="radio" name="transfer" checked={props.checked} disabled={props.disabled} onChange={props.onChoose} />
      {props.mark !== undefined && <Avatar name={props.mark.name} id={props.mark.id} size="small" />}
      <span class="choice__words">
        <strong>{props.title}</strong>
        <span class="quiet">{props.about}</span>
      </span>
    </label>
  );
}

function refusalText(code: string): string {
  if (code === "conflict") return sessionText.value.consultantAbsent;
  if (code === "at_capacity") return sessionText.value.consultantFull;
  return textForCode(code);
}
