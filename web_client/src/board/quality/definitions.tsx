/** What the figures mean, behind one line that opens. */

import { formatNumber, formatShare } from "../../core/i18n";
import { qualityText } from "../texts";
import type { QualityReport } from "./payloads";

export function Definitions({ definitions }: { definitions: QualityReport["definitions"] }) {
  const t = qualityText.value.definitions;
  const rows: [string, string][] = [
    [t.quality, t.qualityAbout],
    [t.interval, t.intervalAbout({ enough: formatNumber(definitions.enough_ratings) })],
    [t.weight, t.weightAbout({ days: formatNumber(definitions.half_life_days) })],
    [t.bursts, t.burstsAbout({ user: formatNumber(definitions.most_from_one_user), burst: formatNumber(definitions.most_in_half_an_hour) })],
    [t.trend, t.trendAbout({ weeks: formatNumber(definitions.recent_weeks) })],
    [t.shines, t.shinesAbout({ share: formatShare(definitions.shines_from) })],
    [t.share, t.shareAbout],
    [t.response, t.responseAbout],
  ];
  return (
    <details class="definitions" data-testid="quality-definitions">
      <summary>{t.title}</summary>
      <dl>
        {rows.map(([name, about]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
