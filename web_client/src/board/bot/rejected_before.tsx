/** Says that drafts like this one were rejected before, by whom and why; it comes when it is found. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { formatMoment } from "../../core/i18n";
import type { Listing } from "../../core/wire";
import { AlertIcon } from "../../ui";
import { useParts } from "../frame/parts";
import { botText } from "../texts";
import type { Draft } from "./payloads";

const PATIENCE_MS = 120_000;

export function RejectedBefore({ path }: { path: string }) {
  const t = botText.value;
  const { api } = useParts();
  const found = useSignal<readonly Draft[]>([]);
  const look = async (): Promise<void> => {
    // Without a model there is simply nothing to say.
    const answered = await api.request<Listing<Draft>>("GET", `${path}/rejections`, { timeout_ms: PATIENCE_MS }).catch(() => null);
    found.value = answered?.items ?? [];
  };
  useEffect(() => void look(), []);
  if (found.value.length === 0) return null;
  return (
    <div class="notice" role="status" data-testid="draft-rejections">
      <AlertIcon />
      <div>
        <strong>{t.rejectedBefore}</strong>
        <ul class="rejections">
          {found.value.map((draft) => (
            <li key={draft.id}>
              <p lang={draft.language}>{draft.question}</p>
              {draft.decision !== null && (
                <p class="quiet">
                  {t.rejectedBecause({
                    name: draft.decision.by_name,
                    at: formatMoment(draft.decision.at),
                    reason: draft.decision.reason,
                  })}
                </p>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
