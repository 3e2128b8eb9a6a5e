/** A paged list that starts anew whenever what it is asked for changes; typing is waited for. */

import { useEffect, useMemo, useRef } from "preact/hooks";
import { PagedList, type FetchPage } from "./paged_list";

const TYPING_PAUSE_MS = 250;

export function usePaged<Item extends { id: string }>(fetchPage: FetchPage<Item>, asked: unknown): PagedList<Item> {
  const latest = useRef(fetchPage);
  latest.current = fetchPage;
  const list = useMemo(() => new PagedList<Item>((cursor) => latest.current(cursor)), []);
  const is_first = useRef(true);
  const question = JSON.stringify(asked);
  useEffect(() => {
    const pause_ms = is_first.current ? 0 : TYPING_PAUSE_MS;
    is_first.current = false;
    const timer = setTimeout(() => void list.load(), pause_ms);
    return () => clearTimeout(timer);
  }, [question]);
  return list;
}
