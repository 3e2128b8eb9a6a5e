import { describe, expect, it } from "vitest";
import { cleaned, emptyEntry, hasChanged, problemsOf, rebased, type EntryForm } from "../../src/board/knowledge/entry_form";
import { lineProblems, remarkText } from "../../src/board/knowledge/import_problems";
import { knowledgeEn } from "../../src/board/locales/knowledge.en";
import { knowledgeZh } from "../../src/board/locales/knowledge.zh";
import type { LineProblem } from "../../src/board/payloads";

const entry: EntryForm = {
  question: "怎么退款？",
  alternatives: ["退钱"],
  answer: "打开订单。",
  category: "退款",
  language: "zh",
  tags: ["退款"],
  status: "published",
};

describe("the form of an entry", () => {
  it("asks for a question and an answer", () => {
    expect(problemsOf(emptyEntry("zh"))).toEqual({ question: "missing", answer: "missing" });
    expect(problemsOf(entry)).toEqual({});
  });

  it("counts characters as people do", () => {
    expect(problemsOf({ ...entry, answer: "😀".repeat(4_000) })).toEqual({});
    expect(problemsOf({ ...entry, answer: "😀".repeat(4_001) })).toEqual({ answer: "too_long" });
    expect(problemsOf({ ...entry, question: "问".repeat(501) })).toEqual({ question: "too_long" });
  });

  it("counts rows after the empty and doubled ones are gone", () => {
    const rows = Array.from({ length: 50 }, (_, index) => `问法 ${index}`);
    expect(problemsOf({ ...entry, alternatives: [...rows, "", "问法 1"] })).toEqual({});
    expect(problemsOf({ ...entry, alternatives: [...rows, "又一个"] })).toEqual({ alternatives: "too_many" });
  });

  it("sends one-line texts without what is empty, doubled or the question itself", () => {
    const sent = cleaned({ ...entry, question: "  怎么\n退款？ ", alternatives: ["", "退钱", " 退钱 ", "怎么 退款？"], tags: ["a", " a "] });
    expect(sent.question).toBe("怎么 退款？");
    expect(sent.alternatives).toEqual(["退钱"]);
    expect(sent.tags).toEqual(["a"]);
  });

  it("knows that an empty row is no change", () => {
    expect(hasChanged({ ...entry, alternatives: ["退钱", ""] }, entry)).toBe(false);
    expect(hasChanged({ ...entry, answer: "别的。" }, entry)).toBe(true);
  });
});

describe("a form whose entry somebody else saved meanwhile", () => {
  it("takes their changes where nothing was typed and keeps what was", () => {
    const typed = { ...entry, answer: "我的回答。" };
    const stored = { ...entry, category: "支付" };
    expect(rebased(typed, entry, stored)).toEqual({ form: { ...entry, answer: "我的回答。", category: "支付" }, disputed: [] });
  });

  it("names the fields that both changed and keeps this side's words", () => {
    const result = rebased({ ...entry, answer: "我的。" }, entry, { ...entry, answer: "你的。" });
    expect(result.form.answer).toBe("我的。");
    expect(result.disputed).toEqual(["answer"]);
  });

  it("sees no dispute where both wrote the same", () => {
    expect(rebased({ ...entry, answer: "一样。" }, entry, { ...entry, answer: "一样。" }).disputed).toEqual([]);
  });
});

describe("a refused import", () => {
  it("gives the lines that it names and nothing for other refusals", () => {
    const missing = { line: 3, code: "missing", message: "answer: is missing", field: "answer" };
    expect(lineProblems({ errors: [missing, { line: "4" }, null] })).toEqual([missing]);
    expect(lineProblems({})).toEqual([]);
  });

  it("words remarks by their codes and passes on those it does not know", () => {
    const say = (problem: Omit<LineProblem, "line" | "message">, remarks = knowledgeEn.remarks): string =>
      remarkText({ line: 1, message: "as the server put it", ...problem }, remarks);
    expect(say({ code: "missing", field: "answer" })).toBe("answer is missing");
    expect(say({ code: "too_long", field: "question", most: 500 }, knowledgeZh.remarks)).toBe("question 最多 500 个字符");
    expect(say({ code: "same_entry", other_line: 7 })).toBe("the same entry as in line 7");
    expect(say({ code: "bad_id" })).toBe(knowledgeEn.remarks.bad_id);
    expect(say({ code: "something_new" })).toBe("as the server put it");
    expect(say({ code: "constructor" })).toBe("as the server put it");
  });
});
