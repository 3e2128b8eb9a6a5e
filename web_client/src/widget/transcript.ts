/** Downloads a conversation and says so. */

import { downloadTranscript, type TranscriptFormat } from "../core/downloads";
import type { SessionId } from "../core/wire";
import { tell } from "../ui";
import { act } from "./acts";
import type { Chat } from "./chat";
import { chatText } from "./texts";

export function saveTranscript(chat: Chat, id: SessionId, format: TranscriptFormat): void {
  act(async () => {
    await downloadTranscript(chat.parts.api, id, format);
    tell(chatText.value.downloaded);
  });
}
