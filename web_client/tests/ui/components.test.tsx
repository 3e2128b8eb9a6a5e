// @vitest-environment happy-dom
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, describe, expect, test } from "vitest";
import { language } from "../../src/core/i18n";
import { emptyLog, reduceLog, type SessionLog } from "../../src/core/session_log";
import type { BotData, Message, PersonId, PriorityReason, SessionStatus } from "../../src/core/wire";
import { Composer, MessageList, PriorityBadge } from "../../src/ui";
import type { MessageActions } from "../../src/ui";
import { ME, message, outgoing, session, SESSION } from "../core/logs";

const root = document.createElement("div");
document.body.append(root);
language.value = "en";

afterEach(() => {
  render(null, root);
});

function logOf(entries: Message[], status: SessionStatus = "active"): SessionLog {
  const page = { session: session(entries.length, { status }), messages: entries, reset: false };
  return reduceLog(emptyLog(SESSION, ME), { type: "page", page });
}

function show(log: SessionLog, actions: MessageActions = {}): void {
  void act(() => render(<MessageList log={log} perspective="user" actions={actions} />, root));
}

function bubbles(): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-testid="message"]')];
}

function botMessage(seq: number, decision: BotData["decision"], text: string): Message {
  const entries = [{ id: "f-1", question: "What does it cost?", score: 0.5 }];
  const from = { role: "bot" as const, id: "bot" as PersonId, name: "Assistant" };
  return message(seq, { from, text, data: { bot: { decision, confidence: 0.8, entries } } });
}

describe("the message list", () => {
  test("hostile text becomes no element", () => {
    show(logOf([message(1, { text: `<img src=x onerror="alert(1)"><script>alert(1)</script>` })]));
    expect(root.querySelector("img, script")).toBeNull();
    expect(bubbles()[0]?.textContent).toContain("<script>alert(1)</script>");
  });

  test("links open apart and tell nothing about us", () => {
    show(logOf([message(1, { text: "https://example.com/" })]));
    const link = root.querySelector("a");
    expect(link?.target).toBe("_blank");
    expect(link?.rel.split(" ")).toEqual(expect.arrayContaining(["noopener", "noreferrer"]));
  });

  test("numbers can be called in crisis answers only", () => {
    show(logOf([botMessage(1, "answer", "Call 120"), botMessage(2, "crisis", "Call 120")]));
    expect(bubbles().map((bubble) => bubble.querySelectorAll('a[href^="tel:"]').length)).toEqual([0, 1]);
  });

  test("a user who writes like the crisis answer gets no telephone link", () => {
    const forged = message(1, { kind: "text", text: "Call 120", data: { event: "emergency_notice" } });
    show(logOf([forged]));
    expect(root.querySelector('a[href^="tel:"]')).toBeNull();
  });

  test("choices can be taken until somebody writes after them", () => {
    const chosen: string[] = [];
    const actions = { onChoice: (entry: { question: string }) => void chosen.push(entry.question) };
    show(logOf([botMessage(1, "clarify", "Which?")], "bot"), actions);
    root.querySelector<HTMLButtonElement>(".chip")?.click();
    expect(chosen).toEqual(["What does it cost?"]);
    show(logOf([botMessage(1, "clarify", "Which?"), message(2)], "bot"), actions);
    expect(root.querySelector<HTMLButtonElement>(".chip")?.disabled).toBe(true);
  });

  test("choices are closed once a person was asked for", () => {
    show(logOf([botMessage(1, "clarify", "Which?")], "queued"), { onChoice: () => undefined });
    expect(root.querySelector<HTMLButtonElement>(".chip")?.disabled).toBe(true);
  });

  test("a failed message says why and can be tried again or deleted", () => {
    const acts: string[] = [];
    const failed = outgoing("a", { state: "failed", failure: "too_large" });
    const log = { ...logOf([message(1)]), outgoing: [failed] };
    show(log, { onRetry: () => void acts.push("retry"), onDiscard: () => void acts.push("discard") });
    const bubble = bubbles().at(-1);
    expect(bubble?.dataset["state"]).toBe("failed");
    expect(bubble?.textContent).toContain("too large");
    for (const button of bubble?.querySelectorAll("button") ?? []) button.click();
    expect(acts).toEqual(["retry", "discard"]);
  });

  test("ticks follow the other side's receipts", () => {
    const own = { role: "user" as const, id: ME, name: "Ada" };
    const log = logOf([message(1, { from: own }), message(2, { from: own }), message(3, { from: own })]);
    show({ ...log, receipts: { ...log.receipts, consultant: { delivered: 2, read: 1 } } });
    expect(bubbles().map((bubble) => bubble.dataset["state"])).toEqual(["read", "delivered", "sent"]);
  });
});

describe("the composer", () => {
  function compose(value: string): { sent: string[]; field: HTMLTextAreaElement } {
    const sent: string[] = [];
    void act(() => render(<Composer value={value} onInput={() => undefined} onSend={(text) => sent.push(text)} />, root));
    return { sent, field: root.querySelector("textarea")! };
  }

  function press(field: HTMLTextAreaElement, change: KeyboardEventInit & { keyCode?: number }): void {
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...change }));
  }

  test("Enter sends", () => {
    const { sent, field } = compose("你好");
    press(field, {});
    expect(sent).toEqual(["你好"]);
  });

  test("Shift+Enter breaks the line", () => {
    const { sent, field } = compose("你好");
    press(field, { shiftKey: true });
    expect(sent).toEqual([]);
  });

  test("an input method's Enter is left to it", () => {
    const { sent, field } = compose("ni hao");
    press(field, { isComposing: true });
    press(field, { keyCode: 229 });
    expect(sent).toEqual([]);
  });

  test("blank and too long texts cannot be sent, and the limit is told", () => {
    for (const value of ["  \n", "字".repeat(4_001)]) {
      const { sent, field } = compose(value);
      press(field, {});
      expect(sent).toEqual([]);
    }
    expect(root.querySelector('[data-testid="count"]')?.textContent).toBe("1 character too long");
  });
});

describe("the badge of who waits further up", () => {
  const shown = (priority: number, reason?: PriorityReason): string => {
    void act(() => render(<PriorityBadge priority={priority} reason={reason} />, root));
    return root.textContent ?? "";
  };

  test("names the reason beside a sign, and nobody's anger is called urgent", () => {
    const words = (["haste", "anger", "danger"] as const).map((reason) => {
      const word = shown(reason === "danger" ? 2 : 1, reason);
      expect(root.querySelector("svg")).not.toBeNull();
      return word;
    });
    expect(words).toEqual(["Urgent", "Upset", "In crisis"]);
  });

  test("says as much as is known, and nothing of an ordinary wait", () => {
    expect(shown(0)).toBe("");
    expect(shown(1)).toBe("Priority");
    expect(shown(1, "toString" as PriorityReason)).toBe("Priority");
  });
});
