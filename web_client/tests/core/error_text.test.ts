import { describe, expect, it } from "vitest";
import { textForCode, textForFailure } from "../../src/core/error_text";
import { ApiError, WireError } from "../../src/core/failures";

describe("words for a failure", () => {
  it("are those of its reason where there are any", () => {
    const undone = new ApiError("conflict", "in English", 409, { reason: "import_undone" });
    expect(textForFailure(undone)).toBe(textForCode("import_undone"));
    expect(textForFailure(undone)).not.toBe(textForCode("conflict"));
  });

  it("are those of its code where the reason has none, or is none", () => {
    const unworded = new WireError({ code: "conflict", message: "", retry: false, details: { reason: "decided" } });
    expect(textForFailure(unworded)).toBe(textForCode("conflict"));
    expect(textForFailure(new ApiError("not_found", "", 404, { reason: 7 }))).toBe(textForCode("not_found"));
    expect(textForFailure(new Error("private"))).toBe(textForCode("internal"));
  });
});
