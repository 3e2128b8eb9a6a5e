/** Tells staff that a user's words sound like danger, with what could be said to them, until it is dealt with. */

import { useSignal } from "@preact/signals";
import type { Alarm } from "../core/wire";
import "./alarm_notice.css";
import { Button } from "./button";
import { AlertIcon } from "./icons";
import { LinkedText } from "./linked_text";
import { uiText } from "./texts";
import { tellFailure } from "./toast";

interface AlarmNoticeProps {
  alarm: Alarm;
  /** Puts the words where they can be sent; nothing is sent by it. */
  onInsert?: ((text: string) => void) | undefined;
  onSettle: () => Promise<void>;
}

export function AlarmNotice({ alarm, onInsert, onSettle }: AlarmNoticeProps) {
  const t = uiText.value.alarm;
  const is_busy = useSignal(false);
  const settle = async (): Promise<void> => {
    is_busy.value = true;
    try {
      await onSettle();
    } catch (failure) {
      tellFailure(failure);
    } finally {
      is_busy.value = false;
    }
  };
  return (
    <section class="alarm" role="status" data-testid="alarm" data-seq={alarm.seq}>
      <p class="alarm__title">
        <AlertIcon />
        <strong>{t.title}</strong>
        <span class="alarm__whom">{t.only_staff}</span>
      </p>
      <p class="alarm__hint">{t.hint}</p>
      <blockquote class="alarm__words">
        <LinkedText text={alarm.text} has_phones />
      </blockquote>
      <div class="alarm__acts">
        {onInsert !== undefined && (
          <Button size="small" testid="alarm-insert" onClick={() => onInsert(alarm.text)}>
            {t.insert}
          </Button>
        )}
        <Button size="small" testid="alarm-settle" busy={is_busy.value} onClick={() => void settle()}>
          {t.settle}
        </Button>
      </div>
    </section>
  );
}
