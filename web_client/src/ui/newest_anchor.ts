/** Keeps a growing list where its reader is: at the newest message, or wherever they scrolled to. */

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Closer to the end than this counts as at the end. */
const NEAR_PX = 64;

export interface AnchorInput {
  first_seq: number;
  last_seq: number;
  /** Number of unsent messages: writing one brings its writer back to the end. */
  unsent: number;
  onRead?: ((seq: number) => void) | undefined;
  onTop: () => void;
}

export interface Anchor {
  scroller: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  /** True while the reader is elsewhere than at the end. */
  is_away: boolean;
  /** Messages that arrived since. */
  unseen: number;
  toNewest: () => void;
}

export function useNewestAnchor(input: AnchorInput): Anchor {
  const scroller = useRef<HTMLDivElement>(null);
  const [is_away, setAway] = useState(false);
  const [seen_seq, setSeen] = useState(input.last_seq);
  const memory = useRef({ is_at_end: true, height: 0, first_seq: input.first_seq, unsent: input.unsent });

  const toNewest = (): void => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    memory.current.is_at_end = true;
    setAway(false);
  };

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const past = memory.current;
    const has_older = input.first_seq < past.first_seq && past.first_seq > 0;
    if (input.unsent > past.unsent || (past.is_at_end && !has_older)) toNewest();
    else if (has_older) element.scrollTop += element.scrollHeight - past.height;
    memory.current = { ...memory.current, height: element.scrollHeight, first_seq: input.first_seq, unsent: input.unsent };
  });

  useKeepEndOnResize(scroller, memory);
  useReadReports(input, is_away, () => setSeen(input.last_seq));

  const onScroll = (): void => {
    const element = scroller.current;
    if (element === null) return;
    const is_at_end = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX;
    memory.current.is_at_end = is_at_end;
    if (is_at_end === is_away) setAway(!is_at_end);
    if (element.scrollTop < NEAR_PX && element.scrollHeight > element.clientHeight) input.onTop();
  };

  return { scroller, onScroll, is_away, unseen: Math.max(0, input.last_seq - seen_seq), toNewest };
}

/** A keyboard that opens, or a banner that comes, must not cover the newest message. */
function useKeepEndOnResize(scroller: RefObject<HTMLDivElement | null>, memory: RefObject<{ is_at_end: boolean }>): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => {
      if (memory.current?.is_at_end === true) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
}

/** Read means: at the end of the list, in a visible page. */
function useReadReports(input: AnchorInput, is_away: boolean, onSeen: () => void): void {
  useEffect(() => {
    const report = (): void => {
      if (is_away || document.visibilityState !== "visible" || input.last_seq === 0) return;
      onSeen();
      input.onRead?.(input.last_seq);
    };
    report();
    document.addEventListener("visibilitychange", report);
    return () => document.removeEventListener("visibilitychange", report);
  }, [input.last_seq, is_away]);
}
