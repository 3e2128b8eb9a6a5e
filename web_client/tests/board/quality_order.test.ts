import { describe, expect, it } from "vitest";
import { ORDERS, shown } from "../../src/board/quality/order";
import type { ConsultantQuality, Quality } from "../../src/board/quality/payloads";
import { dotsOf, pathOf, placesOf, SPARK_HEIGHT, SPARK_WIDTH } from "../../src/board/quality/spark_path";
import type { PersonId } from "../../src/core/wire";

function quality(value: number, parts: Partial<Quality> = {}): Quality {
  return {
    value,
    low: value - 0.3,
    high: value + 0.3,
    ratings: 20,
    is_known: true,
    sessions: 24,
    plain_mean: value,
    case_ease: 0,
    trend: null,
    weeks: [],
    topics: [],
    ...parts,
  };
}

function row(name: string, parts: Partial<ConsultantQuality> = {}): ConsultantQuality {
  return { id: name as PersonId, name, title: "", quality: null, served: 0, share: 0, first_response: null, ...parts };
}

const trend = (change: number) => ({ change, low: change - 0.1, high: change + 0.1, direction: 0 as const });
const topic = (name: string, shines: boolean) => ({ topic: name, usual: 3.8, value: 4, low: 3, high: 5, ratings: 9, sessions: 9, above: 0.9, shines });

const rows = [
  row("Ada", { title: "Lawyer", share: 0.2, quality: quality(4.1, { trend: trend(-0.4), topics: [topic("Visa", true), topic("Tax", false)] }) }),
  row("Bo", { share: 0.5, quality: quality(4.6, { sessions: 90 }), first_response: { p50_s: 40, p90_s: 90, count: 9 } }),
  row("Cy", { quality: quality(4.9, { is_known: false, sessions: 2, trend: trend(0.2) }), first_response: { p50_s: 8, p90_s: 9, count: 2 } }),
  row("Di", { title: "lawyer" }),
];

function names(search: string, order: (typeof ORDERS)[number]): string {
  return shown(rows, search, order)
    .map((one) => one.name)
    .join(" ");
}

describe("the order of consultants", () => {
  it("puts those with too few ratings behind all others, highest or lowest first", () => {
    expect(names("", "highest")).toBe("Bo Ada Cy Di");
    expect(names("", "lowest")).toBe("Ada Bo Cy Di");
  });

  it("knows changes, counts, shares and speed", () => {
    expect(names("", "falling")).toBe("Ada Cy Bo Di");
    expect(names("", "rising")).toBe("Cy Ada Bo Di");
    expect(names("", "ratings")).toBe("Bo Ada Cy Di");
    expect(names("", "share")).toBe("Bo Ada Cy Di");
    expect(names("", "response")).toBe("Cy Bo Ada Di");
    expect(names("", "name")).toBe("Ada Bo Cy Di");
  });

  it("leaves the rows that it was given as they are", () => {
    const before = rows.map((one) => one.name);
    for (const order of ORDERS) shown(rows, "", order);
    expect(rows.map((one) => one.name)).toEqual(before);
  });
});

describe("the search", () => {
  it("finds names, titles and what somebody shines in, whatever the case", () => {
    expect(names("LAWYER", "name")).toBe("Ada Di");
    expect(names("visa", "name")).toBe("Ada");
    expect(names("  law  ada ", "name")).toBe("Ada");
    expect(names("tax", "name")).toBe("");
    expect(names("   ", "name")).toBe("Ada Bo Cy Di");
  });
});

describe("the sparkline", () => {
  it("stays inside its frame, higher for better", () => {
    const places = placesOf([1, 3, 5]);
    const [low, middle, high] = places.map((place) => place?.y ?? Number.NaN);
    expect(high).toBeLessThan(middle ?? 0);
    expect(middle).toBeLessThan(low ?? 0);
    for (const place of places) {
      expect(place?.x).toBeGreaterThan(0);
      expect(place?.x).toBeLessThan(SPARK_WIDTH);
      expect(place?.y).toBeGreaterThan(0);
      expect(place?.y).toBeLessThan(SPARK_HEIGHT);
    }
  });

  it("does not make a mountain of a tenth of a star", () => {
    const [one, other] = placesOf([4.2, 4.3]);
    expect(Math.abs((one?.y ?? 0) - (other?.y ?? 0))).toBeLessThan(SPARK_HEIGHT / 8);
  });

  it("leaves gaps for weeks without ratings and draws a lonely week as a dot", () => {
    const places = placesOf([4, 4, null, 4, null, null, 4, 4]);
    expect(pathOf(places).match(/M/gu)).toHaveLength(3);
    expect(pathOf(places).match(/L/gu)).toHaveLength(2);
    expect(dotsOf(places)).toEqual([places[3], places[7]]);
    expect(pathOf(placesOf([null, null]))).toBe("");
    expect(dotsOf(placesOf([null, null]))).toEqual([]);
  });
});
