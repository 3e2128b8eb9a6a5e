/** Light, dark or the system's choice, and high contrast; written onto the root element for the style sheets. */

import { computed, effect, signal } from "@preact/signals";
import { browserStore } from "./preferences";

export type ThemeChoice = "system" | "light" | "dark";
export type ContrastChoice = "system" | "more";

const THEME_KEY = "wenjin.theme";
const CONTRAST_KEY = "wenjin.contrast";

export const themeChoice = signal<ThemeChoice>(browserStore.read<ThemeChoice>(THEME_KEY) ?? "system");
export const contrastChoice = signal<ContrastChoice>(browserStore.read<ContrastChoice>(CONTRAST_KEY) ?? "system");

const systemIsDark = mediaSignal("(prefers-color-scheme: dark)");
const systemWantsContrast = mediaSignal("(prefers-contrast: more)");

/** What is shown now. */
export const theme = computed<"light" | "dark">(() => {
  if (themeChoice.value !== "system") return themeChoice.value;
  return systemIsDark.value ? "dark" : "light";
});
export const contrast = computed<"normal" | "more">(() =>
  contrastChoice.value === "more" || systemWantsContrast.value ? "more" : "normal",
);

export function chooseTheme(choice: ThemeChoice): void {
  themeChoice.value = choice;
  browserStore.write(THEME_KEY, choice);
}

export function chooseContrast(choice: ContrastChoice): void {
  contrastChoice.value = choice;
  browserStore.write(CONTRAST_KEY, choice);
}

/** Keeps the root element's `data-theme` and `data-contrast` in step; call once per page. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    document.documentElement.dataset["contrast"] = contrast.value;
  });
}

/** Paints the accent in a host site's `#rrggbb`; anything else is ignored. Text on it stays readable either way. */
export function applyAccent(colour: string | null): void {
  if (colour === null || !/^#[0-9a-f]{6}$/i.test(colour)) return;
  const root = document.documentElement.style;
  const on_accent = luminance(colour) > 0.36 ? "#10131a" : "#ffffff";
  root.setProperty("--accent", colour);
  root.setProperty("--accent-hover", `color-mix(in oklab, ${colour}, black 10%)`);
  root.setProperty("--accent-text", theme.peek() === "dark" ? `color-mix(in oklab, ${colour}, white 45%)` : colour);
  root.setProperty("--accent-soft", `color-mix(in oklab, ${colour} 14%, var(--surface))`);
  root.setProperty("--on-accent", on_accent);
  root.setProperty("--bubble-own", colour);
  root.setProperty("--on-bubble-own", on_accent);
}

/** Relative luminance in [0, 1], WCAG 2.2. */
function luminance(colour: string): number {
  const channel = (start: number): number => {
    const value = parseInt(colour.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function mediaSignal(query: string) {
  const media = typeof matchMedia === "undefined" ? null : matchMedia(query);
  const matches = signal(media?.matches ?? false);
  media?.addEventListener("change", (event) => {
    matches.value = event.matches;
  });
  return matches;
}
