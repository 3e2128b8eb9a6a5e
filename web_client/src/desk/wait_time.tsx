/** A length of time that moves: how long somebody waits. */

import { formatDuration } from "../core/i18n";
import { ClockIcon } from "../ui";
import { nowMs } from "./clock";
import { patienceAfter } from "./session_facts";
import { deskText } from "./texts";

/** Only this redraws every second, not the row around it. */
export function WaitTime(props: { since_ms: number; testid?: string }) {
  const waited_s = Math.max(0, (nowMs.value - props.since_ms) / 1000);
  const time = formatDuration(waited_s);
  const patience = patienceAfter(waited_s);
  return (
    <span class={`wait wait--${patience}`} title={deskText.value.waited({ time })} data-testid={props.testid ?? "waiting"} data-patience={patience}>
      <ClockIcon />
      {time}
    </span>
  );
}
