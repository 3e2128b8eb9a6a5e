/** Language, theme and contrast, and for those who are in the way out. */

import { chooseLanguage, language } from "../../core/i18n";
import { chooseContrast, chooseTheme, contrastChoice, themeChoice, type ThemeChoice } from "../../core/theme";
import { GearIcon, Menu, type MenuEntry } from "../../ui";
import { boardText } from "../texts";

export function PreferenceMenu({ onSignOut, above }: { onSignOut?: () => void; above?: boolean }) {
  const t = boardText.value;
  const theme = (choice: ThemeChoice, label: string): MenuEntry => ({
    kind: "item",
    label,
    checked: themeChoice.value === choice,
    testid: `theme-${choice}`,
    onSelect: () => chooseTheme(choice),
  });
  const entries: MenuEntry[] = [
    { kind: "heading", label: t.language },
    { kind: "item", label: "中文", checked: language.value === "zh", testid: "language-zh", onSelect: () => chooseLanguage("zh") },
    { kind: "item", label: "English", checked: language.value === "en", testid: "language-en", onSelect: () => chooseLanguage("en") },
    { kind: "line" },
    { kind: "heading", label: t.theme },
    theme("system", t.themeSystem),
    theme("light", t.themeLight),
    theme("dark", t.themeDark),
    {
      kind: "item",
      label: t.moreContrast,
      checked: contrastChoice.value === "more",
      onSelect: () => chooseContrast(contrastChoice.value === "more" ? "system" : "more"),
    },
  ];
  if (onSignOut !== undefined) {
    entries.push({ kind: "line" }, { kind: "item", label: t.signOut, testid: "sign-out", onSelect: onSignOut });
  }
  return <Menu label={t.settings} icon={<GearIcon />} entries={entries} above={above} testid="menu" />;
}
