/** The geometry of a sparkline. */

export const SPARK_WIDTH = 120;
export const SPARK_HEIGHT = 30;
const MARGIN = 4;
/** At least so many stars from bottom to top: chance must not look like a mountain. */
const LEAST_SPAN = 1;

export interface Place {
  x: number;
  y: number;
}

/** Where each value stands; null where there is none. */
export function placesOf(values: readonly (number | null)[]): (Place | null)[] {
  const known = values.filter((value) => value !== null);
  const middle = (Math.min(...known) + Math.max(...known)) / 2;
  const span = Math.max(Math.max(...known) - Math.min(...known), LEAST_SPAN);
  const step = (SPARK_WIDTH - 2 * MARGIN) / Math.max(values.length - 1, 1);
  return values.map((value, number) =>
    value === null
      ? null
      : {
          x: rounded(MARGIN + number * step),
          y: rounded(SPARK_HEIGHT / 2 - ((value - middle) / span) * (SPARK_HEIGHT - 2 * MARGIN)),
        },
  );
}

/** Lines between neighbours. */
export function pathOf(places: readonly (Place | null)[]): string {
  return places
    .flatMap((place, number) => (place === null ? [] : [`${hasPlace(places, number - 1) ? "L" : "M"}${place.x} ${place.y}`]))
    .join("");
}

/** What would not be seen as a line: values without a neighbour, and the last one, which is the present. */
export function dotsOf(places: readonly (Place | null)[]): Place[] {
  const last = places.findLastIndex((place) => place !== null);
  return places.flatMap((place, number) => {
    const is_alone = !hasPlace(places, number - 1) && !hasPlace(places, number + 1);
    return place !== null && (is_alone || number === last) ? [place] : [];
  });
}

function hasPlace(places: readonly (Place | null)[], number: number): boolean {
  return (places[number] ?? null) !== null;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
