import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { textForCode, textForFailure } from "../../src/core/error_text";
import { ApiError } from "../../src/core/failures";
import { formatDay, formatDuration, formatShare, formatTime, language, plural } from "../../src/core/i18n";
import { errorsEn } from "../../src/core/locales/errors.en";

const source = join(import.meta.dirname, "../../src");

type Texts = Record<string, unknown>;

function pairs(): { name: string; zh: string; en: string }[] {
  const files = readdirSync(source, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /locales\/.+\.en\.ts$/u.test(file))
    .map((file) => ({ name: file, en: join(source, file), zh: join(source, file.replace(/\.en\.ts$/u, ".zh.ts")) }));
}

async function textsOf(path: string): Promise<Texts> {
  const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Record<string, Texts>;
  return Object.assign({}, ...Object.values(module));
}

/** `key.sub: kind` for every text, so that two catalogues can be compared as lists. */
function shape(texts: Texts, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "object" && value !== null
      ? shape(value as Texts, `${prefix}${key}.`)
      : [`${prefix}${key}: ${typeof value}`],
  );
}

function plainTexts(texts: Texts): string[] {
  return Object.values(texts).flatMap((value) =>
    typeof value === "string" ? [value] : typeof value === "object" && value !== null ? plainTexts(value as Texts) : [],
  );
}

describe("the catalogues", () => {
  test.each(pairs())("$name says the same things in both languages", async ({ zh, en }) => {
    expect(shape(await textsOf(zh)).sort()).toEqual(shape(await textsOf(en)).sort());
  });

  test.each(pairs())("$name is really translated", async ({ zh, en }) => {
    for (const text of plainTexts(await textsOf(en))) expect(text).not.toMatch(/\p{Script=Han}/u);
    const chinese = plainTexts(await textsOf(zh));
    // Single words may be the names of keys and formats.
    const untranslated = chinese.filter((text) => /[a-z]{2} [a-z]{2}/u.test(text) && !/\p{Script=Han}/u.test(text));
    expect(untranslated).toEqual([]);
  });
});

describe("what went wrong", () => {
  const wire = [
    "bad_request", "unauthorized", "token_expired", "not_found", "forbidden", "conflict", "session_ended", "offer_gone",
    "at_capacity", "rate_limited", "too_large", "unavailable", "internal", "too_many_connections", "server_busy",
  ];

  test("every code of the wire has its own words", () => {
    for (const code of wire) expect(errorsEn).toHaveProperty(code);
  });

  test("an unknown code and an unexpected error never reach the screen", () => {
    language.value = "en";
    expect(textForCode("new_code_of_next_year")).toBe(errorsEn.internal);
    expect(textForCode("toString")).toBe(errorsEn.internal);
    expect(textForFailure(new TypeError("x is undefined"))).toBe(errorsEn.internal);
    expect(textForFailure(new ApiError("network", "", 0))).toBe(errorsEn.network);
  });
});

describe("numbers and dates", () => {
  beforeEach(() => {
    language.value = "en";
  });

  test("plurals follow the count", () => {
    const forms = { one: "1 message", other: "messages" };
    expect([plural(1, forms), plural(0, forms), plural(2, forms)]).toEqual(["1 message", "messages", "messages"]);
  });

  test("days are named as people name them", () => {
    const now = new Date(2026, 0, 5, 0, 10);
    const at = (...parts: [number, number, number, number]): string => new Date(...parts).toISOString();
    expect(formatDay(at(2026, 0, 5, 0), now)).toBe("Today");
    expect(formatDay(at(2026, 0, 4, 23), now)).toBe("Yesterday");
    expect(formatDay(at(2025, 11, 31, 12), now)).toContain("2025");
    language.value = "zh";
    expect(formatDay(at(2026, 0, 4, 23), now)).toBe("昨天");
  });

  test("midnight is 00:00, never 24:00", () => {
    expect(formatTime(new Date(2026, 0, 5, 0, 0).toISOString())).toBe("00:00");
  });

  test("durations are no more precise than they are useful", () => {
    expect([formatDuration(40), formatDuration(175), formatDuration(7_000)]).toEqual(["40 sec", "3 min", "1.9 hr"]);
    language.value = "zh";
    expect(formatDuration(175)).toBe("3分钟");
  });

  test("shares are percentages", () => {
    expect(formatShare(0.1234, 1)).toBe("12.3%");
  });
});
