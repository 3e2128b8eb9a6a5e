/** Turns any failure into a sentence for people; raw codes never reach the screen. */

import { codeOf, reasonOf } from "./failures";
import { catalogue } from "./i18n";
import { errorsEn, type ErrorTexts } from "./locales/errors.en";
import { errorsZh } from "./locales/errors.zh";

const texts = catalogue<ErrorTexts>({ zh: errorsZh, en: errorsEn });

export function textForCode(code: string): string {
  const known = texts.value;
  return Object.hasOwn(known, code) ? known[code as keyof ErrorTexts] : known.internal;
}

/** A reason that has words of its own says more than its code. */
export function textForFailure(failure: unknown): string {
  const reason = reasonOf(failure);
  return textForCode(Object.hasOwn(texts.value, reason) ? reason : codeOf(failure));
}
