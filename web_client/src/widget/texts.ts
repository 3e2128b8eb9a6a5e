/** The words of the user's chat. */

import { catalogue } from "../core/i18n";
import { chatEn, type ChatTexts } from "./locales/chat.en";
import { chatZh } from "./locales/chat.zh";

export const chatText = catalogue<ChatTexts>({ zh: chatZh, en: chatEn });
