/** Says in its place that a part of the page could not be loaded. */

import { Button } from "../ui";
import { deskText } from "./texts";

export function LoadFailed({ onAgain }: { onAgain: () => void }) {
  const t = deskText.value;
  return (
    <p class="load-failed" role="alert">
      {t.loadFailed}
      <Button kind="quiet" size="small" onClick={onAgain}>
        {t.tryAgain}
      </Button>
    </p>
  );
}
