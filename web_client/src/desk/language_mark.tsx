/** The user's language in two letters. */

import { deskText } from "./texts";

const MARKS: Record<string, string> = { zh: "中", en: "EN" };

export function LanguageMark({ language }: { language: string }) {
  const name = deskText.value.languages[language] ?? language;
  return (
    <abbr class="language-mark" title={name} data-testid="session-language" data-language={language}>
      {MARKS[language] ?? language.slice(0, 2).toUpperCase()}
    </abbr>
  );
}
