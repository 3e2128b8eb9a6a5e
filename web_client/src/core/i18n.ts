/** The language of a page, its typed catalogues, and numbers and dates in that language's manner. */

import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import { browserStore, pageParameter } from "./preferences";
import type { Language } from "./wire";

const LANGUAGE_KEY = "wenjin.language";

export const language = signal<Language>(initialLanguage());

/** The person's own choice wins over everything, also next time. */
export function chooseLanguage(choice: Language): void {
  language.value = choice;
  browserStore.write(LANGUAGE_KEY, choice);
}

/** Keeps the document's `lang` in step (fonts and screen readers follow it); call once per page. */
export function applyLanguage(): void {
  effect(() => {
    document.documentElement.lang = locale.value;
  });
}

/** A pair of catalogues as one signal: `const t = chatText.value; t.send`. Both sides have the same type. */
export function catalogue<Texts>(texts: Record<Language, Texts>): ReadonlySignal<Texts> {
  return computed(() => texts[language.value]);
}

/** The tag that `Intl` and `lang` take. */
export const locale = computed(() => (language.value === "zh" ? "zh-CN" : "en"));

/** Picks the form for `count`; English needs two, Chinese has one and needs no call. */
export function plural(count: number, forms: { one: string; other: string }): string {
  return new Intl.PluralRules("en").select(count) === "one" ? forms.one : forms.other;
}

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(locale.value, options).format(value);
}

/** `0.123` -> `12%`. */
export function formatShare(share: number, fraction_digits = 0): string {
  return formatNumber(share, { style: "percent", maximumFractionDigits: fraction_digits });
}

/** Hours and minutes. */
export function formatTime(timestamp: string): string {
  return formatDate(timestamp, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** Today, yesterday, or the day with as much detail as it needs. */
export function formatDay(timestamp: string, now = new Date()): string {
  const day = new Date(timestamp);
  const days_ago = Math.round((midnight(now) - midnight(day)) / 86_400_000);
  if (days_ago >= 0 && days_ago <= 1) {
    const relative = new Intl.RelativeTimeFormat(locale.value, { numeric: "auto" }).format(-days_ago, "day");
    return relative.charAt(0).toLocaleUpperCase(locale.value) + relative.slice(1);
  }
  const is_this_year = day.getFullYear() === now.getFullYear();
  return formatDate(timestamp, {
    month: "long",
    day: "numeric",
    weekday: "short",
    ...(is_this_year ? {} : { year: "numeric" }),
  });
}

/** Day and time in one line. */
export function formatMoment(timestamp: string): string {
  return `${formatDay(timestamp)} ${formatTime(timestamp)}`;
}

export function formatDate(timestamp: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale.value, options).format(new Date(timestamp));
}

/** A length of time for people: `45 s`, `3 min`, `2 hr`; never more precise than it is useful. */
export function formatDuration(seconds: number): string {
  const unit = (value: number, name: "second" | "minute" | "hour"): string =>
    formatNumber(value, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 });
  if (seconds < 60) return unit(Math.max(1, Math.round(seconds)), "second");
  if (seconds < 5_400) return unit(Math.round(seconds / 60), "minute");
  return unit(Math.round(seconds / 360) / 10, "hour");
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function initialLanguage(): Language {
  const candidates = [
    browserStore.read<string>(LANGUAGE_KEY),
    pageParameter("language"),
    ...(typeof navigator === "undefined" ? [] : (navigator.languages ?? [])),
  ];
  for (const candidate of candidates) {
    if (candidate?.toLowerCase().startsWith("zh")) return "zh";
    if (candidate?.toLowerCase().startsWith("en")) return "en";
  }
  return "zh";
}
