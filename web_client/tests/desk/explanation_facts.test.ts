/** The bars of an explanation are comparable, and its summary names what really decided. */

import { describe, expect, it } from "vitest";
import type { Explanation, PersonId, ScoreTerm } from "../../src/core/wire";
import { barsOf, decidingTerms, exclusionsOf, rivalsOf } from "../../src/desk/explanation_facts";

const terms = (values: Record<string, number>): ScoreTerm[] =>
  Object.entries(values).map(([name, contribution]) => ({ name, value: contribution, weight: 1, contribution }));

function explanation(own: Record<string, number>, others: Record<string, number>[] = []): Explanation {
  const candidate = (name: string, values: Record<string, number>) => ({
    consultant_id: name as PersonId,
    score: Object.values(values).reduce((sum, value) => sum + value, 0),
    terms: terms(values),
  });
  const all = [...others.map((values, place) => candidate(`other${place}`, values)), candidate("me", own)];
  return { policy: "p", consultant_id: "me" as PersonId, score: all.at(-1)!.score, terms: terms(own), candidates: all, excluded: [], at: "" };
}

describe("bars", () => {
  it("share one scale with the other candidates", () => {
    const bars = barsOf(explanation({ similarity: 4, load: 1 }, [{ similarity: 8, load: 3 }, { similarity: 4, load: 1 }]));
    expect(bars.map((bar) => [bar.name, bar.length, bar.others])).toEqual([
      ["similarity", 0.5, 0.75],
      ["load", 0.125, 0.25],
    ]);
  });

  it("leave out what gave nobody anything, and keep what only others had", () => {
    const bars = barsOf(explanation({ similarity: 4, continuity: 0, idle: 0 }, [{ similarity: 4, continuity: 1, idle: 0 }]));
    expect(bars.map((bar) => bar.name)).toEqual(["similarity", "continuity"]);
  });

  it("have no mark where there was nobody else, and none at all where no score decided", () => {
    expect(barsOf(explanation({ similarity: 2 }))[0]?.others).toBeNull();
    expect(barsOf({ ...explanation({}), candidates: [] })).toEqual([]);
  });

  it("do not grow backwards for what counted against somebody", () => {
    expect(barsOf(explanation({ similarity: 2, experience: -1 })).at(-1)?.length).toBe(0);
  });
});

describe("the summary", () => {
  it("names the largest leads, not the largest terms", () => {
    const one = explanation({ similarity: 5, skills: 1, continuity: 2 }, [{ similarity: 5, skills: 0, continuity: 0 }]);
    expect(decidingTerms(one, 2)).toEqual(["continuity", "skills"]);
  });

  it("is empty where everybody was alike", () => {
    expect(decidingTerms(explanation({ similarity: 5 }, [{ similarity: 5 }]), 2)).toEqual([]);
  });
});

describe("candidates and exclusions", () => {
  it("list the best first and mark the chosen one", () => {
    const rivals = rivalsOf(explanation({ similarity: 3 }, [{ similarity: 4 }, { similarity: 2 }]));
    expect(rivals.map((rival) => [rival.consultant_id, rival.is_chosen])).toEqual([["other0", false], ["me", true], ["other1", false]]);
  });

  it("gather people by the reason", () => {
    const excluded = [["a", "absent"], ["b", "language"], ["c", "absent"]].map(([consultant_id, reason]) => ({ consultant_id, reason }));
    expect(exclusionsOf({ ...explanation({}), excluded } as Explanation)).toEqual([
      { reason: "absent", consultant_ids: ["a", "c"] },
      { reason: "language", consultant_ids: ["b"] },
    ]);
  });
});
