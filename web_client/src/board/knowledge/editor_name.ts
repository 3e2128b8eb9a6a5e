/** Who changed an entry, as people are told. */

import { knowledgeText } from "../texts";

/** As the server calls whoever uses its commands. */
const COMMAND_LINE = "command-line";

export function editorName(editor: { id: string; name: string }): string {
  return editor.id === COMMAND_LINE ? knowledgeText.value.commandLine : editor.name;
}
