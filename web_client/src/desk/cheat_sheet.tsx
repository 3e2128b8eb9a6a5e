/** The keys of the desk at a glance. */

import { Dialog } from "../ui";
import { deskText } from "./texts";

export function CheatSheet({ onClose }: { onClose: () => void }) {
  const t = deskText.value;
  const { keys } = t;
  const rows: [string, string[][]][] = [
    [t.shortcutNext, [[keys.alt, keys.up], [keys.alt, keys.down]]],
    [t.shortcutSend, [[keys.enter], [keys.ctrl, keys.enter]]],
    [t.shortcutBreak, [[keys.shift, keys.enter]]],
    [t.shortcutFirstSuggestion, [[keys.right]]],
    [t.shortcutUndo, [[keys.ctrl, "Z"]]],
    [t.shortcutSuggestion, [[keys.alt, "1"], [keys.alt, "2"], [keys.alt, "3"]]],
    [t.shortcutMode, [[keys.alt, "N"]]],
    [t.shortcutClose, [[keys.esc]]],
    [t.shortcutHelp, [["?"]]],
  ];
  return (
    <Dialog title={t.shortcuts} onClose={onClose} testid="shortcuts">
      <dl class="keys">
        {rows.map(([what, ways]) => (
          <div key={what} class="keys__row">
            <dt>{what}</dt>
            <dd>
              {ways.map((way) => (
                <span key={way.join()} class="keys__way">
                  {way.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
