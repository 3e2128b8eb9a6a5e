/** Language and theme as entries of a menu. */

import { chooseLanguage, language } from "../core/i18n";
import { chooseContrast, chooseTheme, contrastChoice, themeChoice, type ThemeChoice } from "../core/theme";
import type { Language } from "../core/wire";
import type { MenuEntry } from "../ui";
import { deskText } from "./texts";

const LANGUAGES: readonly { value: Language; label: string }[] = [
  // Each language under its own name: whoever needs it may not read the other.
  { value: "zh", label: "中文" },
  { value: "en", label: "English" },
];

export function appearanceEntries(): MenuEntry[] {
  const t = deskText.value;
  const themes: [ThemeChoice, string][] = [
    ["system", t.themeSystem],
    ["light", t.themeLight],
    ["dark", t.themeDark],
  ];
  return [
    { kind: "heading", label: t.languageHeading },
    ...LANGUAGES.map(({ value, label }): MenuEntry => ({
      kind: "item",
      label,
      checked: language.value === value,
      testid: `language-${value}`,
      onSelect: () => chooseLanguage(value),
    })),
    { kind: "heading", label: t.themeHeading },
    ...themes.map(([value, label]): MenuEntry => ({
      kind: "item",
      label,
      checked: themeChoice.value === value,
      testid: `theme-${value}`,
      onSelect: () => chooseTheme(value),
    })),
    {
      kind: "item",
      label: t.moreContrast,
      checked: contrastChoice.value === "more",
      onSelect: () => chooseContrast(contrastChoice.value === "more" ? "system" : "more"),
    },
  ];
}
