/** A paged list on screen: first bars, then rows, with what went wrong and the way to more. */

import type { ComponentChildren } from "preact";
import { textForFailure } from "../../core/error_text";
import { AlertIcon, Button, EmptyState, RefreshIcon, Skeleton } from "../../ui";
import { boardText } from "../texts";
import type { PagedList } from "./paged_list";

export interface ListFrameProps<Item extends { id: string }> {
  list: PagedList<Item>;
  children: (items: readonly Item[]) => ComponentChildren;
}

export function ListFrame<Item extends { id: string }>({ list, children }: ListFrameProps<Item>) {
  const t = boardText.value;
  const items = list.items.value;
  const failure = list.failure.value;
  const is_loading = list.isLoading.value;
  if (items === null) {
    if (failure === null) return <Skeleton rows={6} block />;
    return <LoadFailure failure={failure} onRetry={() => void list.load()} />;
  }
  return (
    <div class={`list-frame ${is_loading ? "list-frame--loading" : ""}`} aria-busy={is_loading}>
      {failure !== null && <LoadFailure failure={failure} onRetry={() => void list.load()} />}
      {children(items)}
      {list.nextCursor.value !== null && (
        <div class="list-frame__more">
          <Button busy={is_loading} testid="more" onClick={() => void list.more()}>
            {t.more}
          </Button>
        </div>
      )}
    </div>
  );
}

export function LoadFailure({ failure, onRetry }: { failure: unknown; onRetry: () => void }) {
  const t = boardText.value;
  return (
    <EmptyState title={t.notLoaded} icon={<AlertIcon />} testid="load-failure">
      <p>{textForFailure(failure)}</p>
      <Button onClick={onRetry} testid="retry">
        <RefreshIcon />
        {t.retry}
      </Button>
    </EmptyState>
  );
}
