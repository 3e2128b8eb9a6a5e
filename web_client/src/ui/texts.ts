/** The few words that components say by themselves. */

import { catalogue } from "../core/i18n";
import { uiEn, type UiTexts } from "./locales/ui.en";
import { uiZh } from "./locales/ui.zh";

export const uiText = catalogue<UiTexts>({ zh: uiZh, en: uiEn });
