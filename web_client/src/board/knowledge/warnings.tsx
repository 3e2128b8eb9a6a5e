/** Entries that ask nearly the same as the one in the form, and in what their answers contradict it. */

import { formatShare } from "../../core/i18n";
import { AlertIcon } from "../../ui";
import type { SimilarEntry } from "../payloads";
import { knowledgeText } from "../texts";

export function Warnings({ similar }: { similar: readonly SimilarEntry[] }) {
  if (similar.length === 0) return null;
  return (
    <div class="notice warnings" role="status" data-testid="faq-warnings">
      <AlertIcon />
      <ul>
        {similar.map((one) => (
          <li key={one.id} data-testid="faq-warning" data-kind={one.kind}>
            <Warning similar={one} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Warning({ similar }: { similar: SimilarEntry }) {
  const t = knowledgeText.value;
  const is_contradiction = similar.contradictions.length > 0;
  return (
    <>
      <strong>{is_contradiction ? t.contradicts : t.likeness[similar.kind]}</strong>
      <p>
        {similar.question} <span class="warnings__share">{t.similarity({ share: formatShare(similar.similarity) })}</span>
      </p>
      {similar.contradictions.map((one) => (
        <p key={one.kind}>{t.clash({ what: t.clashKinds[one.kind] ?? one.kind, mine: one.mine, theirs: one.theirs })}</p>
      ))}
      <p class="warnings__answer">{similar.answer}</p>
    </>
  );
}
