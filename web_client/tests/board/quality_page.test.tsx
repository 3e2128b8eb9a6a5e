// @vitest-environment happy-dom
/** The quality page: no figure where there are too few ratings, and words from outside stay words. */

import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BoardParts, PartsProvider } from "../../src/board/frame/parts";
import type { ConsultantQuality, QualityReport } from "../../src/board/quality/payloads";
import { QualityPage } from "../../src/board/quality/quality_page";
import { Api } from "../../src/core/api";
import { MemoryStore } from "../../src/core/storage";
import { TokenStore } from "../../src/core/tokens";
import type { PersonId } from "../../src/core/wire";
import { startServer, type Answer, type TestServer } from "../core/server";

const ESTIMATE = { value: 4.31, low: 4.02, high: 4.58, ratings: 31.2 };

const known: ConsultantQuality = {
  id: "c_1" as PersonId,
  name: "林律师",
  title: "劳动法",
  quality: {
    ...ESTIMATE,
    is_known: true,
    sessions: 40,
    plain_mean: 3.9,
    case_ease: -0.4,
    trend: { change: -0.42, low: -0.7, high: -0.1, direction: -1 },
    weeks: [4.5, 4.4, null, 4].map((value, week) => ({ begins_at: `2026-01-0${week + 1}T00:00:00Z`, value, ratings: value === null ? 0 : 3 })),
    topics: [
      { ...ESTIMATE, usual: 4, topic: "<b>欠薪</b>", sessions: 22, above: 0.97, shines: true },
      { ...ESTIMATE, usual: 4, topic: "合同", sessions: 18, above: 0.5, shines: false },
    ],
  },
  served: 44,
  share: 0.44,
  first_response: { p50_s: 20, p90_s: 75, count: 38 },
};
const few: ConsultantQuality = {
  ...known,
  id: "c_2" as PersonId,
  name: "新同事",
  quality: { ...ESTIMATE, value: 4.9, ratings: 2, is_known: false, sessions: 2, plain_mean: 5, case_ease: 0, trend: null, weeks: [], topics: [] },
};
const none: ConsultantQuality = { ...known, id: "c_3" as PersonId, name: "明天来", quality: null, served: 0, share: 0, first_response: null };

const report: QualityReport = {
  from: "2025-01-01T00:00:00Z",
  to: "2026-01-01T00:00:00Z",
  served_since: "2025-01-01T00:00:00Z",
  rated: 42,
  is_complete: true,
  usual: { value: 4.1, low: 3.4, high: 4.8, ratings: 0 },
  definitions: { half_life_days: 90, most_from_one_user: 2, most_in_half_an_hour: 3, enough_ratings: 5, shines_from: 0.9, recent_weeks: 4 },
  items: [none, few, known],
};

const root = document.createElement("div");
document.body.append(root);
let server: TestServer;
let answer: Answer;

beforeEach(async () => {
  answer = { status: 200, body: report };
  server = await startServer(() => answer);
  (window as unknown as { happyDOM: { setURL: (url: string) => void } }).happyDOM.setURL(server.url);
});

afterEach(async () => {
  void act(() => render(null, root));
  await server.close();
});

function all(testid: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(`[data-testid="${testid}"]`)];
}

async function open(): Promise<void> {
  const tokens = new TokenStore("staff", new MemoryStore());
  tokens.keep({ access_token: "a", refresh_token: "r", expires_in: 900, user: { id: "s_1" as PersonId, name: "王主管" } }, "account");
  const parts = { api: new Api(tokens, server.url) } as BoardParts;
  void act(() => render(<PartsProvider value={parts}><QualityPage /></PartsProvider>, root));
  await vi.waitFor(() => expect(root.querySelector('[data-testid="quality"], [data-testid="quality-empty"], [data-testid="load-failure"]')).not.toBeNull());
}

describe("the quality page", () => {
  it("shows an estimate with its interval, and no figure where there are too few ratings", async () => {
    await open();
    const [first, second, third] = all("quality-row");
    expect(first?.textContent).toContain("林律师");
    expect(all("quality-value").map((one) => one.textContent)).toEqual(["4.3"]);
    expect(first?.textContent).toContain("4.0 – 4.6");
    expect(second?.querySelector('[data-testid="quality-few"]')).not.toBeNull();
    expect(second?.textContent).not.toContain("4.9");
    expect(third?.querySelector('[data-testid="quality-none"]')).not.toBeNull();
  });

  it("names falling quality and the topics with their samples, as text only", async () => {
    await open();
    expect(all("quality-trend")[0]?.textContent).toContain("↓");
    const [chips] = all("quality-shines");
    expect(chips?.textContent).toContain("<b>欠薪</b>");
    expect(chips?.textContent).toContain("22");
    expect(chips?.textContent).not.toContain("合同");
    expect(all("quality-topics")[0]?.textContent).toContain("合同");
  });

  it("asks for another period and keeps the latest answer", async () => {
    await open();
    const select = all("quality-period")[0] as HTMLSelectElement;
    void act(() => {
      select.value = "30";
      select.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await vi.waitFor(() => expect(server.requests.length).toBe(2));
    await vi.waitFor(() => expect(all("quality-row")).toHaveLength(3));
  });

  it("says so when nobody was rated, and when it could not be loaded", async () => {
    answer = { status: 200, body: { ...report, rated: 0 } };
    await open();
    expect(all("quality-empty")).toHaveLength(1);
    void act(() => render(null, root));
    answer = { status: 503, body: { error: { code: "unavailable", message: "" } } };
    await open();
    expect(all("load-failure")).toHaveLength(1);
    answer = { status: 200, body: report };
    void act(() => all("retry")[0]?.click());
    await vi.waitFor(() => expect(all("quality-row")).toHaveLength(3));
  });
});
