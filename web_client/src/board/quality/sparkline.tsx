/** Twelve weeks as a line; weeks without a rating leave a gap. */

import { qualityText } from "../texts";
import type { Week } from "./payloads";
import { dotsOf, pathOf, placesOf, SPARK_HEIGHT, SPARK_WIDTH } from "./spark_path";
import { starsOf } from "./star_numbers";

export function Sparkline({ weeks }: { weeks: readonly Week[] }) {
  const places = placesOf(weeks.map((week) => week.value));
  const known = weeks.flatMap((week) => (week.value === null ? [] : [week.value]));
  if (known.length === 0) return null;
  const label = qualityText.value.weeksFromTo({
    weeks: known.length,
    first: starsOf(known[0] ?? 0),
    last: starsOf(known.at(-1) ?? 0),
  });
  return (
    <svg class="sparkline" viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`} role="img" aria-label={label}>
      <title>{label}</title>
      <path d={pathOf(places)} />
      {dotsOf(places).map((place) => (
        <circle key={place.x} cx={place.x} cy={place.y} r="2.5" />
      ))}
    </svg>
  );
}
