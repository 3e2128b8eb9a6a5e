// @vitest-environment happy-dom
/** Notes stand where they were written, and nowhere before those messages are loaded. */

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, it } from "vitest";
import { emptyLog, reduceLog, type SessionLog } from "../../src/core/session_log";
import type { Message } from "../../src/core/wire";
import { MessageList } from "../../src/ui";
import { ME, message, outgoing, session, SESSION } from "../core/logs";

const root = document.createElement("div");
document.body.append(root);
afterEach(() => render(null, root));

function logOf(...entries: Message[]): SessionLog {
  const page = { session: session(entries.at(-1)?.seq ?? 0, { status: "active" }), messages: entries, reset: false };
  return reduceLog(emptyLog(SESSION, ME), { type: "page", page });
}

/** What is on screen from above, notes as their text and messages as `#seq`. */
function shown(log: SessionLog, ...after_seqs: number[]): string[] {
  const inserts = after_seqs.map((after_seq) => ({ key: `n${after_seq}`, after_seq, content: <i data-place={`note ${after_seq}`} /> }));
  void act(() => render(<MessageList log={log} perspective="staff" actions={{}} inserts={inserts} />, root));
  const found = root.querySelectorAll<HTMLElement>('[data-testid="message"], [data-place]');
  return [...found].map((element) => element.dataset["place"] ?? `#${element.dataset["seq"] ?? "unsent"}`);
}

describe("a note", () => {
  it("stands behind the message after which it was written", () => {
    expect(shown(logOf(message(1), message(2), message(3)), 1, 3)).toEqual(["#1", "note 1", "#2", "#3", "note 3"]);
  });

  it("stands before what is not sent yet", () => {
    const log = reduceLog(logOf(message(1)), { type: "compose", message: outgoing("x") });
    expect(shown(log, 1)).toEqual(["#1", "note 1", "#unsent"]);
  });

  it("waits until the messages around it are loaded", () => {
    expect(shown(logOf(message(5), message(6)), 2, 5)).toEqual(["#5", "note 5", "#6"]);
  });

  it("may be the first thing of a conversation", () => {
    expect(shown(logOf(message(1)), 0)).toEqual(["note 0", "#1"]);
  });
});
