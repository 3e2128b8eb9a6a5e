/** Tags, notes and colleagues as the desk arranges them. */

import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../src/core/storage";
import type { Note, PersonId, SessionId } from "../../src/core/wire";
import { candidatesFor, type Colleague } from "../../src/desk/directory";
import { Drafts } from "../../src/desk/drafts";
import { mergedNotes } from "../../src/desk/note_book";
import { LONGEST_TAG, MOST_TAGS, withTag } from "../../src/desk/tags";
import { deskEn } from "../../src/desk/locales/desk.en";
import { deskZh } from "../../src/desk/locales/desk.zh";

describe("tags", () => {
  it("are trimmed and added once", () => {
    expect(withTag(["a"], "  b ")).toEqual(["a", "b"]);
    const tags = ["a"];
    expect(withTag(tags, "a")).toBe(tags);
    expect(withTag(tags, "   ")).toBe(tags);
  });

  it("stay within the server's limits, counted in characters and not in code units", () => {
    expect(withTag([], "😀".repeat(LONGEST_TAG))).toHaveLength(1);
    expect(withTag([], "x".repeat(LONGEST_TAG + 1))).toEqual([]);
    const full = Array.from({ length: MOST_TAGS }, (_, place) => `t${place}`);
    expect(withTag(full, "one more")).toBe(full);
  });
});

describe("notes", () => {
  const note = (id: string, after_seq: number, created_at: string, text = ""): Note =>
    ({ id, session_id: "s", after_seq, from: { role: "consultant", id: "c", name: "C" }, text, created_at }) as unknown as Note;

  it("stand once and in the order of the conversation, however they came", () => {
    const first = note("1", 3, "2030-01-01T00:00:01.000Z");
    const second = note("2", 3, "2030-01-01T00:00:02.000Z");
    const third = note("3", 9, "2030-01-01T00:00:00.000Z");
    expect(mergedNotes([third, second], [first, second]).map((one) => one.id)).toEqual(["1", "2", "3"]);
  });
});

describe("colleagues", () => {
  const colleague = (id: string, more: Partial<Colleague>): Colleague => ({
    id: id as PersonId,
    name: id,
    bio: "",
    skills: [],
    languages: ["zh"],
    capacity: 2,
    status: "online",
    open_sessions: 0,
    ...more,
  });
  const house = [
    colleague("away", { status: "away" }),
    colleague("full", { open_sessions: 2 }),
    colleague("free", { skills: ["孕期营养"] }),
    colleague("gone", { is_active: false }),
    colleague("me", {}),
  ];

  it("come with room first, without oneself and those who left", () => {
    expect(candidatesFor(house, "me" as PersonId, "").map((one) => one.id)).toEqual(["free", "full", "away"]);
  });

  it("are found by name and by skill", () => {
    expect(candidatesFor(house, "me" as PersonId, " FULL ").map((one) => one.id)).toEqual(["full"]);
    expect(candidatesFor(house, "me" as PersonId, "营养").map((one) => one.id)).toEqual(["free"]);
  });
});

describe("drafts", () => {
  const session = "s1" as SessionId;

  it("are kept for each conversation and survive a reload, replies and notes apart", () => {
    const store = new MemoryStore();
    const before = new Drafts(store, "me" as PersonId);
    before.write(session, "reply", "half a sen");
    before.write(session, "note", "ask again");
    const after = new Drafts(store, "me" as PersonId);
    expect(after.of(session, "reply").value).toBe("half a sen");
    expect(after.of(session, "note").value).toBe("ask again");
    expect(after.of("s2" as SessionId, "reply").value).toBe("");
  });
});

describe("the two languages", () => {
  it("explain the same terms and exclusions", () => {
    expect(Object.keys(deskZh.terms).sort()).toEqual(Object.keys(deskEn.terms).sort());
    expect(Object.keys(deskZh.exclusions).sort()).toEqual(Object.keys(deskEn.exclusions).sort());
    expect(Object.keys(deskZh.byHand).sort()).toEqual(Object.keys(deskEn.byHand).sort());
    expect(Object.keys(deskZh.endedBy).sort()).toEqual(Object.keys(deskEn.endedBy).sort());
  });
});
