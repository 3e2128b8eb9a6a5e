/** The consultants of the house: names for the ids in explanations, and whom a conversation can be handed to. */

import { signal } from "@preact/signals";
import type { Api } from "../core/api";
import type { Listing, PersonId, PresenceStatus } from "../core/wire";

export interface Colleague {
  id: PersonId;
  name: string;
  title?: string;
  bio: string;
  skills: string[];
  languages: string[];
  capacity: number;
  /** As of the moment of loading. */
  status?: PresenceStatus;
  open_sessions?: number;
  is_active?: boolean;
}

/** More pages than this would not help anybody who chooses by eye. */
const MOST_PAGES = 20;

export class Directory {
  private readonly api: Api;
  private readonly held = signal<readonly Colleague[] | null>(null);
  private loading: Promise<void> | null = null;

  constructor(api: Api) {
    this.api = api;
  }

  /** Null until they were loaded once. */
  get colleagues(): readonly Colleague[] | null {
    return this.held.value;
  }

  nameOf(id: PersonId): string | null {
    return this.held.value?.find((colleague) => colleague.id === id)?.name ?? null;
  }

  /** Loads unless it has been; for names, which hardly ever change. */
  async ensure(): Promise<void> {
    if (this.held.peek() === null) await this.refresh();
  }

  /** Rejects with an `ApiError`. */
  refresh(): Promise<void> {
    this.loading ??= this.load().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  private async load(): Promise<void> {
    const all: Colleague[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { items, next_cursor } = await this.api.get<Listing<Colleague>>("/api/consultants", { limit: 100, cursor });
      all.push(...items);
      if (next_cursor === null) break;
      cursor = next_cursor;
    }
    this.held.value = all;
  }
}

/** Those a conversation can go to: everybody but oneself, whoever is there and has room first. */
export function candidatesFor(colleagues: readonly Colleague[], self_id: PersonId, words: string): Colleague[] {
  const wanted = words.trim().toLocaleLowerCase();
  return colleagues
    .filter((one) => one.id !== self_id && one.is_active !== false && matches(one, wanted))
    .sort((one, other) => availability(other) - availability(one) || one.name.localeCompare(other.name));
}

export function hasRoom(colleague: Colleague): boolean {
  return (colleague.open_sessions ?? 0) < colleague.capacity;
}

function availability(colleague: Colleague): number {
  if (colleague.status !== "online") return colleague.status === "busy" ? 1 : 0;
  return hasRoom(colleague) ? 3 : 2;
}

function matches(colleague: Colleague, wanted: string): boolean {
  const spoken = [colleague.name, colleague.title ?? "", ...colleague.skills, colleague.bio];
  return spoken.some((text) => text.toLocaleLowerCase().includes(wanted));
}
