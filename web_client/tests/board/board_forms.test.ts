import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/core/failures";
import { clockFace, secondsBetween, waitTone } from "../../src/board/frame/clock_face";
import { PagedList } from "../../src/board/frame/paged_list";
import { refusedFields } from "../../src/board/frame/refusals";
import { hashOf, pagesOf, routeOf } from "../../src/board/frame/route";
import { wordsIn } from "../../src/board/frame/words";
import { accountProblems } from "../../src/board/people/account_form";
import { bodyOf, emptyConsultant, problemsOf } from "../../src/board/people/consultant_form";
import { noFilters, queryOf } from "../../src/board/sessions/filters";
import { barsOf } from "../../src/board/sessions/term_scale";
import type { Listing, SessionId } from "../../src/core/wire";

describe("moving times", () => {
  it("are written as on a clock", () => {
    expect([0, 7, 754, 3_723].map(clockFace)).toEqual(["0:00", "0:07", "12:34", "1:02:03"]);
  });

  it("turn amber after one minute and red after three", () => {
    expect([59, 60, 179, 180].map(waitTone)).toEqual(["success", "warning", "warning", "danger"]);
  });

  it("never run backwards when this device's clock is behind", () => {
    expect(secondsBetween("2030-01-01T00:00:10.000Z", Date.parse("2030-01-01T00:00:00.000Z"))).toBe(0);
  });
});

describe("places in the address", () => {
  it("come back from what was written", () => {
    const route = { page: "sessions", session: "s/1 ü" as SessionId } as const;
    expect(routeOf(hashOf(route))).toEqual(route);
  });

  it("lead to the floor when nobody knows them", () => {
    expect(routeOf("#/nowhere")).toEqual({ page: "floor", session: null });
    expect(routeOf("#/floor/%E0%A4%A")).toEqual({ page: "floor", session: null });
  });

  it("are fewer for supervisors than for admins", () => {
    expect(pagesOf("supervisor")).toEqual(["floor", "sessions", "quality"]);
    expect(pagesOf("admin")).toHaveLength(7);
  });
});

describe("filters of sessions", () => {
  it("turn days into moments, both days included", () => {
    const query = queryOf({ ...noFilters, from: "2030-03-01", to: "2030-03-01", tag: " 退款 " });
    expect(Date.parse(query["to"] ?? "") - Date.parse(query["from"] ?? "")).toBe(24 * 3_600_000);
    expect(query["tag"]).toBe("退款");
    expect(query["status"]).toBeUndefined();
  });
});

describe("a paged list", () => {
  const page = (ids: string[], next_cursor: string | null): Listing<{ id: string }> => ({
    items: ids.map((id) => ({ id })),
    next_cursor,
  });

  it("appends pages and shows what moved between them once", async () => {
    const list = new PagedList(async (cursor) => (cursor === undefined ? page(["a", "b"], "2") : page(["b", "c"], null)));
    await list.load();
    await list.more();
    expect(list.items.value?.map((item) => item.id)).toEqual(["a", "b", "c"]);
    expect(list.nextCursor.value).toBeNull();
  });

  it("drops the late answer to an older question", async () => {
    const answers: ((listing: Listing<{ id: string }>) => void)[] = [];
    const list = new PagedList(() => new Promise<Listing<{ id: string }>>((resolve) => answers.push(resolve)));
    const first = list.load();
    const second = list.load();
    answers[1]?.(page(["new"], null));
    answers[0]?.(page(["old"], null));
    await Promise.all([first, second]);
    expect(list.items.value).toEqual([{ id: "new" }]);
  });

  it("keeps what it has when a page does not come", async () => {
    let is_down = false;
    const list = new PagedList(async () => {
      if (is_down) throw new ApiError("unavailable", "down", 503);
      return page(["a"], null);
    });
    await list.load();
    is_down = true;
    await list.load();
    expect(list.items.value).toEqual([{ id: "a" }]);
    expect(list.failure.value).toBeInstanceOf(ApiError);
    expect(list.isLoading.value).toBe(false);
  });

  it("puts a changed item in its place and a new one on top", async () => {
    const list = new PagedList<{ id: string; text?: string }>(async () => page(["a", "b"], null));
    await list.load();
    list.put({ id: "b", text: "changed" });
    list.put({ id: "c" });
    expect(list.items.value).toEqual([{ id: "c" }, { id: "a" }, { id: "b", text: "changed" }]);
  });
});

describe("people's forms", () => {
  it("take the user names that the server takes", () => {
    const of = (username: string) => accountProblems({ username, password: "long enough" }).username;
    expect(of("林.zhi-yuan_1@x+y")).toBeUndefined();
    expect(of("a")).toBe("username_length");
    expect(of("two words")).toBe("username_signs");
    expect(accountProblems({ username: "lin", password: "1234567" }).password).toBe("password_short");
  });

  it("ask a new consultant for an account and an old one for none", () => {
    const form = { ...emptyConsultant, name: "林致远" };
    expect(problemsOf(form, false)).toEqual({});
    expect(Object.keys(problemsOf(form, true))).toEqual(["username", "password"]);
    expect(bodyOf(form, false)).not.toHaveProperty("password");
    expect(bodyOf({ ...form, capacity: "5" }, true)).toMatchObject({ capacity: 5, username: "" });
    expect(bodyOf({ ...form, price_class: "premium" }, false)).toMatchObject({ price_class: "premium" });
  });

  it("want a capacity from 1 to 50 and a language", () => {
    const of = (capacity: string) => problemsOf({ ...emptyConsultant, name: "x", capacity }, false).capacity;
    expect(["0", "51", "2.5", "", "1e1"].map(of)).toEqual(Array(5).fill("out_of_range"));
    expect(of("50")).toBeUndefined();
    expect(problemsOf({ ...emptyConsultant, name: "x", languages: [] }, false)).toEqual({ languages: "missing" });
  });

  it("find the refused field in details or at the head of the message", () => {
    const known = ["capacity", "skills"];
    const listed = new ApiError("bad_request", "no", 400, { fields: [{ field: "skills.3", problem: "too long" }] });
    expect(refusedFields(listed, known)).toEqual(["skills"]);
    expect(refusedFields(new ApiError("bad_request", "capacity: must be 1 to 50", 400), known)).toEqual(["capacity"]);
    expect(refusedFields(new ApiError("conflict", "capacity", 409), known)).toEqual([]);
  });

  it("split words at the commas of both languages", () => {
    expect(wordsIn("离婚，抚养权、 rent  law ; 离婚")).toEqual(["离婚", "抚养权", "rent law"]);
  });
});

describe("the bars of a score", () => {
  const term = (name: string, contribution: number) => ({ name, value: contribution, weight: 1, contribution });

  it("use the whole width when nothing hurts", () => {
    expect(barsOf([term("a", 2), term("b", 1)])).toMatchObject([
      { start: 0, length: 1 },
      { start: 0, length: 0.5 },
    ]);
  });

  it("grow to the left of zero for what hurts", () => {
    const [good, bad] = barsOf([term("a", 3), term("b", -1)]);
    expect(good).toMatchObject({ start: 0.25, length: 0.75, is_negative: false });
    expect(bad).toMatchObject({ start: 0, length: 0.25, is_negative: true });
  });

  it("stay empty when all contributions are zero", () => {
    expect(barsOf([term("a", 0)])).toMatchObject([{ start: 0, length: 0 }]);
  });
});
