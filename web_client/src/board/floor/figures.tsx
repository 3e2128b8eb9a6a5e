/** The numbers at the top of the floor. */

import type { ComponentChildren } from "preact";
import { formatNumber, formatShare } from "../../core/i18n";
import type { BoardState, EstimateError } from "../../core/wire";
import type { Tone } from "../../ui";
import { now_ms } from "../frame/clock";
import { clockFace, waitTone } from "../frame/clock_face";
import { boardText } from "../texts";
import { longestWaitSeconds, type LiveBoard } from "./board_state";

export function Figures({ live, board }: { live: LiveBoard; board: BoardState }) {
  const t = boardText.value;
  const { bot, consultants, estimates } = board;
  const longest = longestWaitSeconds(live, now_ms.value);
  const is_waiting = board.waiting.length > 0;
  const online = consultants.filter((one) => one.present && one.status === "online").length;
  const present = consultants.filter((one) => one.present).length;
  const votes = bot.helpful + bot.not_helpful;
  return (
    <dl class="figures">
      <Figure label={t.figures.waiting} testid="figure-waiting" tone={is_waiting ? waitTone(longest) : "neutral"}>
        {formatNumber(board.waiting.length)}
      </Figure>
      <Figure
        label={t.figures.longest}
        testid="figure-longest"
        tone={is_waiting ? waitTone(longest) : "neutral"}
        about={t.thresholds}
      >
        {is_waiting ? clockFace(longest) : "–"}
      </Figure>
      <Figure label={t.figures.active} testid="figure-active">
        {formatNumber(board.active.length)}
      </Figure>
      <Figure
        label={t.figures.consultants}
        testid="figure-consultants"
        about={t.presentOf({ present, all: consultants.length })}
        tone={online === 0 && is_waiting ? "danger" : "neutral"}
      >
        {formatNumber(online)}
      </Figure>
      <Figure
        label={t.figures.bot}
        testid="figure-bot"
        about={t.botDay({ started: bot.started, asked: bot.asked_for_person })}
      >
        {formatNumber(bot.in_conversation)}
      </Figure>
      <Figure label={t.figures.helpful} testid="figure-helpful" about={t.votes({ helpful: bot.helpful, all: votes })}>
        {votes === 0 ? "–" : formatShare(bot.helpful / votes)}
      </Figure>
      <Figure
        label={t.figures.estimates}
        testid="figure-estimates"
        about={t.estimatesOf({ judged: estimates.judged })}
        tone={isOff(estimates) ? "warning" : "neutral"}
      >
        {estimates.covered_p90 === null ? "–" : formatShare(estimates.covered_p90)}
      </Figure>
    </dl>
  );
}

/** Enough waits to say that the promises are too short or too long. */
function isOff({ judged, covered_p90 }: EstimateError): boolean {
  return judged >= 30 && covered_p90 !== null && (covered_p90 < 0.85 || covered_p90 > 0.95);
}

interface FigureProps {
  label: string;
  children: ComponentChildren;
  about?: string;
  tone?: Tone;
  testid: string;
}

function Figure(props: FigureProps) {
  return (
    <div class={`figure figure--${props.tone ?? "neutral"}`} data-testid={props.testid} data-tone={props.tone ?? "neutral"}>
      <dt>{props.label}</dt>
      <dd class="figure__value">{props.children}</dd>
      {props.about !== undefined && <dd class="figure__about">{props.about}</dd>}
    </div>
  );
}
