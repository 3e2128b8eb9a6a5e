/** All consultants by id: names for explanations and filters, and whom one can transfer to. */

import { computed, signal } from "@preact/signals";
import type { Api } from "../../core/api";
import type { Listing } from "../../core/wire";
import type { Consultant } from "../payloads";

const PAGE = 200;

export class Directory {
  private readonly api: Api;
  private readonly held = signal<ReadonlyMap<string, Consultant>>(new Map());
  private readonly failed = signal<unknown>(null);

  readonly everybody = computed(() =>
    [...this.held.value.values()].sort((one, other) => one.name.localeCompare(other.name)),
  );

  constructor(api: Api) {
    this.api = api;
  }

  get failure(): unknown {
    return this.failed.value;
  }

  /** The name, or the id of somebody unknown. */
  nameOf(id: string): string {
    return this.held.value.get(id)?.name ?? id;
  }

  /** Reads everybody anew; a failure leaves what was known and is kept in `failure`. */
  async load(): Promise<void> {
    try {
      const known = new Map<string, Consultant>();
      let cursor: string | undefined;
      do {
        const page = await this.api.get<Listing<Consultant>>("/api/consultants", { limit: PAGE, cursor });
        for (const one of page.items) known.set(one.id, one);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
      this.held.value = known;
      this.failed.value = null;
    } catch (failure) {
      this.failed.value = failure;
    }
  }

  put(consultant: Consultant): void {
    this.held.value = new Map(this.held.peek()).set(consultant.id, consultant);
  }
}
