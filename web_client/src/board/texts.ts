/** The words of the board. */

import { catalogue } from "../core/i18n";
import { adminEn, type AdminTexts } from "./locales/admin.en";
import { adminZh } from "./locales/admin.zh";
import { boardEn, type BoardTexts } from "./locales/board.en";
import { boardZh } from "./locales/board.zh";
import { botEn, type BotTexts } from "./locales/bot.en";
import { botZh } from "./locales/bot.zh";
import { knowledgeEn, type KnowledgeTexts } from "./locales/knowledge.en";
import { knowledgeZh } from "./locales/knowledge.zh";
import { qualityEn, type QualityTexts } from "./locales/quality.en";
import { qualityZh } from "./locales/quality.zh";
import { sessionEn, type SessionTexts } from "./locales/session.en";
import { sessionZh } from "./locales/session.zh";

export const boardText = catalogue<BoardTexts>({ zh: boardZh, en: boardEn });
export const sessionText = catalogue<SessionTexts>({ zh: sessionZh, en: sessionEn });
export const adminText = catalogue<AdminTexts>({ zh: adminZh, en: adminEn });
export const botText = catalogue<BotTexts>({ zh: botZh, en: botEn });
export const qualityText = catalogue<QualityTexts>({ zh: qualityZh, en: qualityEn });
export const knowledgeText = catalogue<KnowledgeTexts>({ zh: knowledgeZh, en: knowledgeEn });
