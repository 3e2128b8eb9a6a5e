/** The drill-in: one session over the page, its words on one side and everything about it on the other. */

import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Session, SessionId } from "../../core/wire";
import { AlarmNotice, BackIcon, Badge, IconButton, Skeleton } from "../../ui";
import { LoadFailure } from "../frame/list_frame";
import { useParts } from "../frame/parts";
import { closeSession } from "../frame/route";
import { sessionStatusName, sessionStatusTone } from "../names";
import { sessionText } from "../texts";
import { SessionActions } from "./session_actions";
import { SessionCase } from "./session_case";
import { SessionDetails } from "./session_details";
import { Transcript } from "./transcript";

type Side = "words" | "details";

export function SessionPanel({ id }: { id: SessionId }) {
  const t = sessionText.value;
  const parts = useParts();
  const shown = useMemo(() => new SessionCase(parts, id), []);
  const side = useSignal<Side>("words");
  const panel = useRef<HTMLElement>(null);
  useEffect(() => () => shown.close(), []);
  useEscape(panel);
  const session = shown.session.value;
  return (
    <>
      <div class="panel-shade" onClick={closeSession} />
      <aside class="panel" ref={panel} tabIndex={-1} data-testid="session-panel" data-session={id} aria-label={t.session}>
        {session === null ? (
          <Unread shown={shown} />
        ) : (
          <>
            <Head shown={shown} session={session} />
            {session.alarm !== undefined && <Alarm shown={shown} alarm={session.alarm} />}
            <div class="panel__switch" role="tablist" aria-label={t.session}>
              {(["words", "details"] as const).map((name) => (
                <button key={name} type="button" role="tab" class="tabs__tab" aria-selected={side.value === name} onClick={() => (side.value = name)}>
                  {t.sides[name]}
                </button>
              ))}
            </div>
            <div class={`panel__body panel__body--${side.value}`}>
              <Transcript shown={shown} session={session} />
              <SessionDetails shown={shown} session={session} />
            </div>
          </>
        )}
      </aside>
    </>
  );
}

function Alarm({ shown, alarm }: { shown: SessionCase; alarm: NonNullable<Session["alarm"]> }) {
  return <AlarmNotice alarm={alarm} onSettle={() => shown.settleAlarm(alarm.seq)} />;
}

function Unread({ shown }: { shown: SessionCase }) {
  const t = sessionText.value;
  return (
    <>
      <header class="panel__head">
        <IconButton label={t.back} testid="panel-close" onClick={closeSession}>
          <BackIcon />
        </IconButton>
      </header>
      {shown.failure.value === null ? <Skeleton rows={7} /> : <LoadFailure failure={shown.failure.value} onRetry={() => void shown.load()} />}
    </>
  );
}

function Head({ shown, session }: { shown: SessionCase; session: Session }) {
  const t = sessionText.value;
  return (
    <header class="panel__head">
      <IconButton label={t.back} testid="panel-close" onClick={closeSession}>
        <BackIcon />
      </IconButton>
      <div class="panel__who">
        <h2>
          {session.user.name}
          <Badge tone={sessionStatusTone(session.status)} testid="panel-status">
            {sessionStatusName(session.status)}
          </Badge>
        </h2>
        <p class="quiet">
          {session.consultant === undefined ? t.noConsultantYet : t.withConsultant({ name: session.consultant.name })}
        </p>
      </div>
      <SessionActions shown={shown} session={session} />
    </header>
  );
}

function useEscape(panel: { current: HTMLElement | null }): void {
  useEffect(() => {
    panel.current?.focus({ preventScroll: true });
    const escape = (event: KeyboardEvent): void => {
      // Menus and windows above the panel close themselves first.
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector("dialog[open]") === null) closeSession();
    };
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, []);
}
