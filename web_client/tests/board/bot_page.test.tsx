// @vitest-environment happy-dom
/** The bot's page: what an admin typed is kept and sent whole, and nothing unchecked can be approved. */

import { render, type ComponentChildren } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DraftDrawer } from "../../src/board/bot/draft_drawer";
import { bodyOf, hasWords, sameWords, wordsOf } from "../../src/board/bot/draft_words";
import type { Draft, Rehearsal, WholeDraft } from "../../src/board/bot/payloads";
import { RehearsalView } from "../../src/board/bot/rehearsal_view";
import { RejectedBefore } from "../../src/board/bot/rejected_before";
import { PartsProvider, type BoardParts } from "../../src/board/frame/parts";
import { Api } from "../../src/core/api";
import { MemoryStore } from "../../src/core/storage";
import { TokenStore } from "../../src/core/tokens";
import type { PersonId, SessionId, Timestamp } from "../../src/core/wire";
import { startServer, type Answer, type TestServer } from "../core/server";

const AT = "2026-03-01T09:00:00.000Z" as Timestamp;

const draft: Draft = {
  id: "d_1",
  status: "pending",
  version: 3,
  question: "可以带宠物来吗",
  alternatives: ["能不能带狗过来"],
  answer: "小型宠物可以带来。",
  language: "zh",
  category: "",
  asked: 2,
  sessions: 2,
  likeness: "",
  is_edited: false,
  created_at: AT,
  updated_at: AT,
  rehearsal: null,
  decision: null,
};

const source = {
  session_id: "s_1" as SessionId,
  seq: 2,
  language: "zh" as const,
  why: "unsure" as const,
  text: "可以带宠物来吗",
  asked_at: AT,
  confidence: 0.1,
  replies: [],
  is_settled: true,
};

const whole: WholeDraft = { ...draft, sources: [source], similar: [], answered_by: "s_1/2" };

const rehearsal: Rehearsal = {
  asked: 40,
  right_before: 30,
  right_after: 30,
  wrong_before: 1,
  wrong_after: 1,
  newly_right: 0,
  newly_wrong: 0,
  newly_silent: 0,
  own_asked: 2,
  own_right: 1,
  changes: [],
};

describe("the words of a draft", () => {
  it("are one wording a line, without what is empty", () => {
    const words = { ...wordsOf(draft), alternatives: " 能不能带狗过来 \n\n带猫可以吗\n", category: " 到访 " };
    expect(bodyOf(words)).toEqual({
      question: draft.question,
      alternatives: ["能不能带狗过来", "带猫可以吗"],
      answer: draft.answer,
      category: "到访",
      language: "zh",
    });
  });

  it("count as changed in every field, and not by blanks", () => {
    const words = wordsOf(draft);
    expect(sameWords(words, { ...words, alternatives: `${words.alternatives}\n `, question: ` ${words.question}` })).toBe(true);
    for (const part of [{ question: "x" }, { alternatives: "x" }, { answer: "x" }, { category: "x" }, { language: "en" as const }]) {
      expect(sameWords(words, { ...words, ...part })).toBe(false);
    }
  });

  it("are too few without a question or an answer", () => {
    expect(hasWords(wordsOf(draft))).toBe(true);
    expect(hasWords({ ...wordsOf(draft), answer: " \n" })).toBe(false);
    expect(hasWords({ ...wordsOf(draft), question: "" })).toBe(false);
  });
});

const root = document.createElement("div");
document.body.append(root);
let server: TestServer;
let answers: Record<string, Answer>;
let sent: unknown[];

beforeEach(async () => {
  answers = { "GET /api/faq/drafts/d_1": { status: 200, body: whole }, "GET /api/faq/drafts/d_1/rejections": { status: 200, body: page([]) } };
  sent = [];
  server = await startServer((request, body) => {
    if (body !== "") sent.push({ path: `${request.method} ${request.url}`, body: JSON.parse(body) });
    return answers[`${request.method} ${request.url}`] ?? { status: 404, body: { error: { code: "not_found", message: "" } } };
  });
  (window as unknown as { happyDOM: { setURL: (url: string) => void } }).happyDOM.setURL(server.url);
});

afterEach(async () => {
  void act(() => render(null, root));
  await server.close();
});

function page(items: Draft[]): { items: Draft[]; next_cursor: null } {
  return { items, next_cursor: null };
}

function show(content: ComponentChildren): void {
  const tokens = new TokenStore("staff", new MemoryStore());
  tokens.keep({ access_token: "a", refresh_token: "r", expires_in: 900, user: { id: "a_1" as PersonId, name: "王敏" } }, "account");
  const parts = { api: new Api(tokens, server.url) } as BoardParts;
  void act(() => render(<PartsProvider value={parts}>{content}</PartsProvider>, root));
}

function part<Kind extends HTMLElement = HTMLElement>(testid: string): Kind {
  const found = root.querySelector<Kind>(`[data-testid="${testid}"]`);
  if (found === null) throw new Error(`${testid} is not shown`);
  return found;
}

function isShown(testid: string): boolean {
  return root.querySelector(`[data-testid="${testid}"]`) !== null;
}

function type(testid: string, value: string): void {
  const control = part<HTMLInputElement>(testid);
  void act(() => {
    control.value = value;
    control.dispatchEvent(new Event(control.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
  });
}

function press(testid: string): void {
  void act(() => part(testid).click());
}

function isDisabled(testid: string): boolean {
  return part<HTMLButtonElement>(testid).disabled;
}

async function openDrawer(): Promise<void> {
  show(<DraftDrawer id="d_1" onChanged={() => undefined} onClose={() => undefined} />);
  await vi.waitFor(() => expect(isShown("draft-question")).toBe(true));
}

describe("the drawer of a draft", () => {
  it("saves category and language with the words, over the version that was read", async () => {
    answers["PUT /api/faq/drafts/d_1"] = { status: 200, body: { ...draft, version: 4 } };
    await openDrawer();
    expect(isShown("draft-save")).toBe(false);
    type("draft-category", "到访");
    type("draft-language", "en");
    press("draft-save");
    await vi.waitFor(() => expect(sent).toHaveLength(1));
    expect(sent[0]).toEqual({
      path: "PUT /api/faq/drafts/d_1",
      body: {
        question: draft.question,
        alternatives: draft.alternatives,
        answer: draft.answer,
        category: "到访",
        language: "en",
        version: 3,
      },
    });
  });

  it("approves nothing that was not checked as it is", async () => {
    answers["POST /api/faq/drafts/d_1/rehearse"] = { status: 200, body: rehearsal };
    await openDrawer();
    expect(isDisabled("draft-approve")).toBe(true);
    press("draft-rehearse");
    await vi.waitFor(() => expect(isShown("rehearsal")).toBe(true));
    expect(isDisabled("draft-approve")).toBe(false);
    type("draft-category", "到访");
    expect(isDisabled("draft-approve")).toBe(true);
    expect(isDisabled("draft-rehearse")).toBe(true);
  });

  it("rejects with a reason only", async () => {
    await openDrawer();
    expect(isDisabled("draft-reject")).toBe(true);
    type("draft-reason", "  ");
    expect(isDisabled("draft-reject")).toBe(true);
    type("draft-reason", "已有条目");
    expect(isDisabled("draft-reject")).toBe(false);
  });

  it("shows a decided draft without anything to decide", async () => {
    const decision = { at: AT, by: "a_1" as PersonId, by_name: "王敏", reason: "已有条目", entry_id: null };
    answers["GET /api/faq/drafts/d_1"] = { status: 200, body: { ...whole, status: "rejected", decision } };
    show(<DraftDrawer id="d_1" onChanged={() => undefined} onClose={() => undefined} />);
    await vi.waitFor(() => expect(root.textContent).toContain("已有条目"));
    expect(isShown("draft-approve")).toBe(false);
  });
});

describe("the hint of earlier rejections", () => {
  it("says who rejected a draft like this one, and why", async () => {
    const decision = { at: AT, by: "a_1" as PersonId, by_name: "王敏", reason: "答案因人而异", entry_id: null };
    answers["GET /api/faq/drafts/d_1/rejections"] = {
      status: 200,
      body: page([{ ...draft, id: "d_0", question: "能带猫吗", status: "rejected", decision }]),
    };
    show(<RejectedBefore path="/api/faq/drafts/d_1" />);
    await vi.waitFor(() => expect(isShown("draft-rejections")).toBe(true));
    for (const words of ["能带猫吗", "王敏", "答案因人而异"]) expect(part("draft-rejections").textContent).toContain(words);
  });

  it("is silent when there are none, or when nobody can say", async () => {
    for (const status of [200, 503]) {
      answers["GET /api/faq/drafts/d_1/rejections"] = { status, body: status === 200 ? page([]) : { error: { code: "unavailable", message: "" } } };
      const before = server.requests.length;
      show(<RejectedBefore key={status} path="/api/faq/drafts/d_1" />);
      await vi.waitFor(() => expect(server.requests.length).toBeGreaterThan(before));
      await new Promise((done) => setTimeout(done, 20));
      expect(isShown("draft-rejections")).toBe(false);
    }
  });
});

describe("what a draft would change", () => {
  it("warns only when others would lose their answers", () => {
    show(<RehearsalView found={rehearsal} />);
    expect(root.querySelector(".notice")).toBeNull();
    const change = { question: "怎么退款", entry_id: "refund", before: "right" as const, after: "wrong" as const, answered_with: "d_1" };
    show(<RehearsalView found={{ ...rehearsal, newly_wrong: 1, right_after: 29, wrong_after: 2, changes: [change] }} />);
    expect(root.querySelector(".notice")).not.toBeNull();
    expect(part("rehearsal").textContent).toContain("怎么退款");
  });
});
