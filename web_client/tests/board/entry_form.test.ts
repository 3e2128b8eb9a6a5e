import { describe, expect, it } from "vitest";
import { cleaned, emptyEntry, hasChanged, problemsOf, rebased, type EntryForm } from "../../src/board/knowledge/entry_form";
import { lineProblems, remarkOf } from "../../src/board/knowledge/import_problems";

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
    expect(lineProblems({ errors: [{ line: 3, message: "answer: is missing" }, { line: "4" }] })).toEqual([
      { line: 3, message: "answer: is missing" },
    ]);
    expect(lineProblems({})).toEqual([]);
  });

  it("understands the usual remarks and passes on the rest", () => {
    expect(remarkOf("answer: is missing")).toEqual({ kind: "missing", field: "answer" });
    expect(remarkOf("question: may have at most 500 characters")).toEqual({ kind: "too_long", field: "question", most: 500 });
    expect(remarkOf("the same entry as line 7")).toEqual({ kind: "same_as", line: 7 });
    expect(remarkOf("something new")).toEqual({ kind: "other", message: "something new" });
  });
});
