/** One consultant: the estimate with its interval, the trend, the topics, and what stands behind them. */

import type { ComponentChildren } from "preact";
import { formatDuration, formatNumber, formatShare } from "../../core/i18n";
import { Avatar, Badge, StarIcon } from "../../ui";
import { qualityText } from "../texts";
import { IntervalBar } from "./interval_bar";
import type { ConsultantQuality, Quality, QualityReport, TopicSkill, Trend } from "./payloads";
import { Sparkline } from "./sparkline";
import { starsChange, starsOf } from "./star_numbers";

/** Cases that differ by less are called average. */
const WORTH_NAMING = 0.1;

export function QualityRow({ row, report }: { row: ConsultantQuality; report: QualityReport }) {
  const { quality } = row;
  return (
    <li class="quality" data-testid="quality-row" data-known={quality?.is_known ?? false}>
      <div class="quality__who">
        <Avatar name={row.name} id={row.id} />
        <span class="cell-main">
          <strong>{row.name}</strong>
          {row.title !== "" && <span class="quiet">{row.title}</span>}
        </span>
      </div>
      <div class="quality__estimate">
        <EstimateShown quality={quality} report={report} />
      </div>
      <div class="quality__trend">{quality !== null && <TrendShown quality={quality} />}</div>
      <Facts row={row} />
      {quality !== null && quality.topics.length > 0 && <Topics quality={quality} />}
    </li>
  );
}

function EstimateShown({ quality, report }: { quality: Quality | null; report: QualityReport }) {
  const t = qualityText.value;
  if (quality === null) return <p class="quiet" data-testid="quality-none">{t.noRatings}</p>;
  const { low, high } = quality;
  if (!quality.is_known) {
    return (
      <>
        <p class="quality__few" data-testid="quality-few">
          {t.tooFew}
          <span class="quiet">{t.between({ low: starsOf(low), high: starsOf(high) })}</span>
        </p>
        <IntervalBar estimate={quality} usual={report.usual.value} is_vague />
      </>
    );
  }
  return (
    <>
      <p class="quality__value">
        <strong data-testid="quality-value">{starsOf(quality.value)}</strong>
        <span class="quiet">{`${starsOf(low)} – ${starsOf(high)}`}</span>
      </p>
      <IntervalBar estimate={quality} usual={report.usual.value} />
    </>
  );
}

function TrendShown({ quality }: { quality: Quality }) {
  const { trend } = quality;
  return (
    <>
      <Sparkline weeks={quality.weeks} />
      <span class={`quality__change quality__change--${toneOf(trend)}`} data-testid="quality-trend">
        {changeWords(trend)}
      </span>
    </>
  );
}

function toneOf(trend: Trend | null): "up" | "down" | "even" {
  return trend === null || trend.direction === 0 ? "even" : trend.direction > 0 ? "up" : "down";
}

function changeWords(trend: Trend | null): string {
  const t = qualityText.value;
  if (trend === null) return t.noTrend;
  if (trend.direction === 0) return t.steady;
  const change = { change: starsChange(trend.change), low: starsChange(trend.low), high: starsChange(trend.high) };
  return trend.direction > 0 ? t.rising(change) : t.falling(change);
}

function Facts({ row }: { row: ConsultantQuality }) {
  const t = qualityText.value;
  const { quality, first_response } = row;
  return (
    <dl class="quality__facts">
      {quality !== null && (
        <Fact label={t.ratings} about={t.ratingsAbout({ effective: formatNumber(quality.ratings, { maximumFractionDigits: 0 }) })}>
          {formatNumber(quality.sessions)}
        </Fact>
      )}
      <Fact label={t.share} about={t.shareAbout({ served: row.served })}>
        {formatShare(row.share, row.share < 0.1 ? 1 : 0)}
      </Fact>
      <Fact label={t.response} about={first_response === null ? undefined : t.responseAbout({ p90: formatDuration(first_response.p90_s) })}>
        {first_response === null ? "–" : formatDuration(first_response.p50_s)}
      </Fact>
      {quality !== null && <Fact label={t.cases} about={t.casesAbout({ mean: starsOf(quality.plain_mean) })}>{caseWords(quality.case_ease)}</Fact>}
    </dl>
  );
}

function caseWords(ease: number): string {
  const t = qualityText.value;
  if (Math.abs(ease) < WORTH_NAMING) return t.averageCases;
  return ease < 0 ? t.harderCases : t.easierCases;
}

function Fact(props: { label: string; about?: string | undefined; children: ComponentChildren }) {
  return (
    <div>
      <dt>{props.label}</dt>
      <dd>
        {props.children}
        {props.about !== undefined && <span class="quiet">{props.about}</span>}
      </dd>
    </div>
  );
}

function Topics({ quality }: { quality: Quality }) {
  const t = qualityText.value;
  const shining = quality.topics.filter((skill) => skill.shines);
  return (
    <div class="quality__topics">
      {shining.length > 0 && (
        <p class="quality__chips" data-testid="quality-shines">
          <span class="quiet">{t.shinesIn}</span>
          {shining.map((skill) => (
            <Badge key={skill.topic} tone="accent">
              <StarIcon />
              <span class="quality__topic">{skill.topic}</span>
              <span class="quality__count">{t.sample({ sessions: skill.sessions })}</span>
            </Badge>
          ))}
        </p>
      )}
      <details class="quality__all" data-testid="quality-topics">
        <summary>{t.allTopics({ count: quality.topics.length })}</summary>
        <ul>
          {quality.topics.map((skill) => (
            <TopicRow key={skill.topic} skill={skill} />
          ))}
        </ul>
      </details>
    </div>
  );
}

function TopicRow({ skill }: { skill: TopicSkill }) {
  const t = qualityText.value;
  return (
    <li>
      <span>{skill.topic}</span>
      <span class="quiet">{t.sample({ sessions: skill.sessions })}</span>
      <IntervalBar estimate={skill} usual={skill.usual} />
      <span class="quality__number">{starsOf(skill.value)}</span>
    </li>
  );
}
