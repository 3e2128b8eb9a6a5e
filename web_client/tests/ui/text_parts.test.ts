import { describe, expect, test } from "vitest";
import { partsOf } from "../../src/ui/text_parts";

function links(text: string): string[] {
  return partsOf(text, { has_phones: false }).flatMap((part) => (part.kind === "link" ? [part.href] : []));
}

function phones(text: string): string[] {
  return partsOf(text, { has_phones: true }).flatMap((part) => (part.kind === "phone" ? [part.href] : []));
}

describe("links", () => {
  test("web addresses are links without the sentence's punctuation", () => {
    expect(links("See https://example.com/a?b=1, or (http://example.org/x).")).toEqual([
      "https://example.com/a?b=1",
      "http://example.org/x",
    ]);
    expect(links("请看https://example.com/帮助，谢谢")).toEqual(["https://example.com/%E5%B8%AE%E5%8A%A9"]);
    expect(links("https://example.com/a_(b) is fine")).toEqual(["https://example.com/a_(b)"]);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "[click](javascript:alert(1))",
    "<a href='x' onclick='y'>",
    "https://",
    "https://bank.example@evil.example/",
    "https://user:password@evil.example/",
    "file:///etc/passwd",
    "//evil.example",
  ])("%s is no link", (text) => {
    expect(links(text)).toEqual([]);
  });

  test("markup stays text, character by character", () => {
    const text = `<img src=x onerror=alert(1)> https://example.com/<b>&amp;"'`;
    const parts = partsOf(text, { has_phones: true });
    expect(parts.map((part) => part.text).join("")).toBe(text);
    expect(links(text)).toEqual(["https://example.com/"]);
  });
});

describe("telephone numbers", () => {
  test("hotlines can be tapped where it was asked for", () => {
    const text = "请马上拨打 120 或 12356，也可以拨打 010-82951332（24 小时）；abroad +1 800 273 8255.";
    expect(phones(text)).toEqual(["tel:120", "tel:12356", "tel:01082951332", "tel:+18002738255"]);
  });

  test("elsewhere no number is a telephone", () => {
    expect(partsOf("拨打 120", { has_phones: false })).toEqual([{ kind: "text", text: "拨打 120" }]);
  });

  test("times, dates and short numbers are left alone", () => {
    expect(phones("24 小时，7:30 to 18:00, 2026/01/05, 1.5")).toEqual([]);
  });
});
