/** A list that comes page by page; a newer question makes late answers to older ones void. */

import { signal, type ReadonlySignal } from "@preact/signals";
import type { Listing } from "../../core/wire";

/** Asks for the page behind `cursor`; without one for the first. */
export type FetchPage<Item> = (cursor: string | undefined) => Promise<Listing<Item>>;

export class PagedList<Item extends { id: string }> {
  private readonly fetchPage: FetchPage<Item>;
  private readonly all = signal<readonly Item[] | null>(null);
  private readonly loading = signal(false);
  private readonly failed = signal<unknown>(null);
  private readonly cursor = signal<string | null>(null);
  private question = 0;

  constructor(fetchPage: FetchPage<Item>) {
    this.fetchPage = fetchPage;
  }

  /** Null until the first page is there. */
  get items(): ReadonlySignal<readonly Item[] | null> {
    return this.all;
  }

  get isLoading(): ReadonlySignal<boolean> {
    return this.loading;
  }

  /** Why the last page did not come; null after one that did. */
  get failure(): ReadonlySignal<unknown> {
    return this.failed;
  }

  get nextCursor(): ReadonlySignal<string | null> {
    return this.cursor;
  }

  /** Starts anew; what is there stays until the answer replaces it. */
  load(): Promise<void> {
    return this.take(undefined);
  }

  more(): Promise<void> {
    const cursor = this.cursor.peek();
    return cursor === null || this.loading.peek() ? Promise.resolve() : this.take(cursor);
  }

  /** Puts a changed item in its place, a new one on top. */
  put(item: Item): void {
    const held = this.all.peek() ?? [];
    const is_known = held.some((other) => other.id === item.id);
    this.all.value = is_known ? held.map((other) => (other.id === item.id ? item : other)) : [item, ...held];
  }

  private async take(cursor: string | undefined): Promise<void> {
    this.question += 1;
    const question = this.question;
    this.loading.value = true;
    try {
      const page = await this.fetchPage(cursor);
      if (question !== this.question) return;
      this.all.value = cursor === undefined ? page.items : joined(this.all.peek() ?? [], page.items);
      this.cursor.value = page.next_cursor;
      this.failed.value = null;
    } catch (failure) {
      if (question === this.question) this.failed.value = failure;
    } finally {
      if (question === this.question) this.loading.value = false;
    }
  }
}

/** Something that moved between two pages is shown once. */
function joined<Item extends { id: string }>(held: readonly Item[], next: readonly Item[]): readonly Item[] {
  const known = new Set(held.map((item) => item.id));
  return [...held, ...next.filter((item) => !known.has(item.id))];
}
