/** How good the bot's judgement of itself is: four figures and two curves. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatNumber, formatShare } from "../../core/i18n";
import { ChartIcon, EmptyState, Skeleton } from "../../ui";
import { LoadFailure } from "../frame/list_frame";
import { useParts } from "../frame/parts";
import { botText } from "../texts";
import { Chart } from "./chart";
import type { Judgement } from "./payloads";

const ANSWER_LIMIT_MS = 120_000;

export function JudgementView() {
  const t = botText.value;
  const { api } = useParts();
  const judgement = useSignal<Judgement | null>(null);
  const failure = useSignal<unknown>(null);
  const load = async (): Promise<void> => {
    failure.value = null;
    try {
      judgement.value = await api.request<Judgement>("GET", "/api/bot/judgement", { timeout_ms: ANSWER_LIMIT_MS });
    } catch (problem) {
      failure.value = problem;
    }
  };
  useEffect(() => void load(), []);
  if (failure.value !== null) return <LoadFailure failure={failure.value} onRetry={() => void load()} />;
  if (judgement.value === null) return <Skeleton rows={4} block />;
  if (judgement.value.asked === 0) {
    return (
      <EmptyState title={t.noJudgement} icon={<ChartIcon />} testid="judgement-empty">
        <p>{t.noJudgementDetail}</p>
      </EmptyState>
    );
  }
  return (
    <div data-testid="judgement">
      <p class="quiet bot-about">{t.judgementAbout}</p>
      <Figures judgement={judgement.value} />
      <div class="charts">
        <Reliability judgement={judgement.value} />
        <RiskCoverage judgement={judgement.value} />
      </div>
    </div>
  );
}

function Figures({ judgement }: { judgement: Judgement }) {
  const t = botText.value;
  const { answered_precision, calibration_error, target_precision } = judgement;
  const is_below = answered_precision !== null && answered_precision < target_precision;
  return (
    <dl class="figures figures--four">
      <Figure
        label={t.precision}
        tone={is_below ? "warning" : "neutral"}
        about={t.precisionAbout({ target: formatShare(target_precision, 1) })}
        testid="judgement-precision"
      >
        {answered_precision === null ? "–" : formatShare(answered_precision, 1)}
      </Figure>
      <Figure label={t.share} about={t.shareAbout({ from: formatShare(judgement.answer_from) })} testid="judgement-share">
        {formatShare(judgement.answered_share, 1)}
      </Figure>
      <Figure label={t.error} about={t.errorAbout} testid="judgement-error">
        {calibration_error === null ? "–" : formatShare(calibration_error, 1)}
      </Figure>
      <Figure label={t.asked} testid="judgement-asked">
        {formatNumber(judgement.asked)}
      </Figure>
    </dl>
  );
}

function Figure(props: { label: string; children: string; about?: string; tone?: "neutral" | "warning"; testid: string }) {
  return (
    <div class={`figure figure--${props.tone ?? "neutral"}`} data-testid={props.testid}>
      <dt>{props.label}</dt>
      <dd class="figure__value">{props.children}</dd>
      {props.about !== undefined && <dd class="figure__about">{props.about}</dd>}
    </div>
  );
}

function Reliability({ judgement }: { judgement: Judgement }) {
  const t = botText.value;
  const bins = judgement.reliability;
  return (
    <Chart
      title={t.reliability}
      about={t.reliabilityAbout}
      across={t.confidence}
      up={t.rightShare}
      top={1}
      testid="chart-reliability"
      columns={[t.confidence, t.rightShare, t.count]}
      rows={bins.map((bin) => [formatShare(bin.confidence), formatShare(bin.right_share), formatNumber(bin.count)])}
    >
      {({ x, y }) => (
        <>
          <line class="chart__ideal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
          <polyline class="chart__line" points={bins.map((bin) => `${x(bin.confidence)},${y(bin.right_share)}`).join(" ")} />
          {bins.map((bin, place) => (
            <circle key={place} class="chart__dot" cx={x(bin.confidence)} cy={y(bin.right_share)} r={4}>
              <title>{`${formatShare(bin.confidence)} → ${formatShare(bin.right_share)} (${formatNumber(bin.count)})`}</title>
            </circle>
          ))}
        </>
      )}
    </Chart>
  );
}

/** The axis ends above the highest risk, at a round share. */
function topOf(risks: readonly number[], allowed: number): number {
  const highest = Math.max(allowed * 2, ...risks);
  return [0.05, 0.1, 0.2, 0.4, 0.6, 0.8].find((round) => round >= highest) ?? 1;
}

function RiskCoverage({ judgement }: { judgement: Judgement }) {
  const t = botText.value;
  const steps = judgement.risk;
  const allowed = 1 - judgement.target_precision;
  const now = judgement.answered_share;
  const risk_now = judgement.answered_precision === null ? 0 : 1 - judgement.answered_precision;
  return (
    <Chart
      title={t.risk}
      about={t.riskAbout}
      across={t.coverage}
      up={t.wrongShare}
      top={topOf(steps.map((step) => step.risk), allowed)}
      testid="chart-risk"
      columns={[t.coverage, t.wrongShare, t.confidence]}
      rows={steps.map((step) => [formatShare(step.coverage), formatShare(step.risk, 1), formatShare(step.confidence)])}
    >
      {({ x, y }) => (
        <>
          <line class="chart__ideal" x1={x(0)} y1={y(allowed)} x2={x(1)} y2={y(allowed)} />
          <polyline class="chart__line" points={steps.map((step) => `${x(step.coverage)},${y(step.risk)}`).join(" ")} />
          {now > 0 && (
            <g class="chart__now">
              <line x1={x(now)} y1={y(0)} x2={x(now)} y2={y(risk_now)} />
              <circle cx={x(now)} cy={y(risk_now)} r={5} />
              <text x={x(now) + (now > 0.8 ? -8 : 8)} y={y(risk_now) - 9} text-anchor={now > 0.8 ? "end" : "start"}>
                {t.here}
              </text>
            </g>
          )}
        </>
      )}
    </Chart>
  );
}
