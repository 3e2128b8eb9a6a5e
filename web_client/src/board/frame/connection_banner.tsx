/** Says when what is shown may be old, and when the server does not want this person at all. */

import { useEffect, useState } from "preact/hooks";
import { signOut } from "../../core/account";
import { AlertIcon, Button, OfflineIcon } from "../../ui";
import { boardText } from "../texts";
import { act } from "./attempt";
import { useParts } from "./parts";

/** A short hiccup is no news. */
const PATIENCE_MS = 2_000;

export function ConnectionBanner() {
  const t = boardText.value;
  const { api, connection } = useParts();
  const status = connection.status.value;
  const is_long = useLasting(status === "connecting");
  if (connection.refusal.value !== null) {
    return (
      <div class="banner banner--danger" role="alert" data-testid="refused-banner">
        <AlertIcon />
        <p>{t.refused}</p>
        <Button size="small" onClick={() => act(() => signOut(api))}>
          {t.signInAgain}
        </Button>
      </div>
    );
  }
  if (status === "connected" || (status === "connecting" && !is_long)) return null;
  return (
    <div class="banner" role="status" data-testid="offline-banner">
      <OfflineIcon />
      <p>{status === "offline" ? t.offline : t.connecting}</p>
    </div>
  );
}

function useLasting(is_so: boolean): boolean {
  const [is_lasting, setLasting] = useState(false);
  useEffect(() => {
    setLasting(false);
    if (!is_so) return;
    const timer = setTimeout(() => setLasting(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [is_so]);
  return is_lasting && is_so;
}
