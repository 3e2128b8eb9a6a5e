/** How well each consultant serves an average case, how sure that is, and what they shine in. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { saveAs } from "../../core/downloads";
import { formatNumber } from "../../core/i18n";
import { Button, DownloadIcon, EmptyState, Field, SearchIcon, Select, Skeleton, StarIcon, tell } from "../../ui";
import { act } from "../frame/attempt";
import { LoadFailure } from "../frame/list_frame";
import { PageHead } from "../frame/page_head";
import { useParts } from "../frame/parts";
import { boardText, qualityText } from "../texts";
import { Definitions } from "./definitions";
import { ORDERS, shown, type Order } from "./order";
import type { QualityReport } from "./payloads";
import { QualityRow } from "./quality_row";
import { starsOf } from "./star_numbers";

const PATH = "/api/reports/quality";
const ANSWER_LIMIT_MS = 90_000;
const DAY_MS = 86_400_000;
const PERIODS = ["30", "90", "365", "730"] as const;
type Period = (typeof PERIODS)[number];

export function QualityPage() {
  const t = qualityText.value;
  const { api } = useParts();
  const period = useSignal<Period>("365");
  const report = useSignal<QualityReport | null>(null);
  const failure = useSignal<unknown>(null);
  const newest = useSignal(0);
  const load = async (): Promise<void> => {
    const mine = (newest.value = newest.peek() + 1);
    failure.value = null;
    const query = { from: beginOf(period.peek()) };
    try {
      const answer = await api.request<QualityReport>("GET", PATH, { query, timeout_ms: ANSWER_LIMIT_MS });
      // A period that was chosen meanwhile is on its way.
      if (mine === newest.peek()) report.value = answer;
    } catch (problem) {
      if (mine === newest.peek()) failure.value = problem;
    }
  };
  const choose = (chosen: Period): void => {
    period.value = chosen;
    report.value = null;
    void load();
  };
  const save = (): void =>
    act(async () => {
      const from = beginOf(period.peek());
      saveAs(await api.download(PATH, { from, format: "csv" }), `wenjin-quality-${from.slice(0, 10)}.csv`);
      tell(t.saved);
    });
  useEffect(() => void load(), []);
  return (
    <>
      <PageHead title={boardText.value.pages.quality} about={t.about}>
        <Button testid="quality-csv" disabled={report.value === null} onClick={save}>
          <DownloadIcon />
          {t.csv}
        </Button>
      </PageHead>
      <Shown report={report.value} failure={failure.value} period={period.value} onPeriod={choose} onRetry={() => void load()} />
    </>
  );
}

interface ShownProps {
  report: QualityReport | null;
  failure: unknown;
  period: Period;
  onPeriod: (period: Period) => void;
  onRetry: () => void;
}

function Shown({ report, failure, period, onPeriod, onRetry }: ShownProps) {
  const t = qualityText.value;
  const search = useSignal("");
  const order = useSignal<Order>("highest");
  return (
    <>
      <div class="filters quality-filters" role="search" aria-label={boardText.value.filter}>
        <Field label={t.search} type="search" maxlength={80} value={search.value} testid="quality-search" onInput={(text) => (search.value = text)} />
        <Select
          label={t.order}
          value={order.value}
          testid="quality-order"
          options={ORDERS.map((value) => ({ value, label: t.orders[value] }))}
          onChange={(value) => (order.value = value)}
        />
        <Select
          label={t.period}
          value={period}
          testid="quality-period"
          options={PERIODS.map((value) => ({ value, label: t.periods[value] }))}
          onChange={onPeriod}
        />
      </div>
      {failure !== null ? (
        <LoadFailure failure={failure} onRetry={onRetry} />
      ) : report === null ? (
        <Skeleton rows={6} block />
      ) : report.rated === 0 ? (
        <EmptyState title={t.empty} icon={<StarIcon />} testid="quality-empty">
          <p>{t.emptyDetail}</p>
        </EmptyState>
      ) : (
        <Report report={report} search={search.value} order={order.value} />
      )}
    </>
  );
}

function Report({ report, search, order }: { report: QualityReport; search: string; order: Order }) {
  const t = qualityText.value;
  const rows = shown(report.items, search, order);
  return (
    <div data-testid="quality">
      <div class="quality-legend">
        <p>
          <span class="quality-legend__usual" aria-hidden="true" />
          {t.usual({ value: starsOf(report.usual.value) })}
        </p>
        <p>{report.is_complete ? t.rated({ rated: report.rated }) : t.ratedNewest({ rated: formatNumber(report.rated) })}</p>
      </div>
      <Definitions definitions={report.definitions} />
      {rows.length === 0 ? (
        <EmptyState title={t.nobodyFound} icon={<SearchIcon />} testid="quality-nobody" />
      ) : (
        <ul class="qualities">
          {rows.map((row) => (
            <QualityRow key={row.id} row={row} report={report} />
          ))}
        </ul>
      )}
    </div>
  );
}

function beginOf(period: Period): string {
  return new Date(Date.now() - Number(period) * DAY_MS).toISOString();
}
