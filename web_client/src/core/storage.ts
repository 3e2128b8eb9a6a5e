/** A small JSON store that survives reloads and quietly falls back to memory where the browser forbids storage. */

export interface KeyValueStore {
  read<Value>(key: string): Value | null;
  write(key: string, value: unknown): void;
  remove(key: string): void;
  keys(prefix: string): string[];
  /** Calls back when another tab changed `key`; returns the way to stop. */
  watch(key: string, changed: () => void): () => void;
}

export class MemoryStore implements KeyValueStore {
  private readonly values = new Map<string, string>();

  read<Value>(key: string): Value | null {
    return parsed<Value>(this.values.get(key) ?? null);
  }

  write(key: string, value: unknown): void {
    this.values.set(key, JSON.stringify(value));
  }

  remove(key: string): void {
    this.values.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.values.keys()].filter((key) => key.startsWith(prefix));
  }

  watch(): () => void {
    return () => undefined;
  }
}

class BrowserStore implements KeyValueStore {
  private readonly storage: Storage;

  constructor(storage: Storage) {
    this.storage = storage;
  }

  read<Value>(key: string): Value | null {
    return parsed<Value>(this.storage.getItem(key));
  }

  write(key: string, value: unknown): void {
    try {
      this.storage.setItem(key, JSON.stringify(value));
    } catch {
      // A full or locked store must not stop a conversation: the value lives on in this tab.
    }
  }

  remove(key: string): void {
    this.storage.removeItem(key);
  }

  keys(prefix: string): string[] {
    const all = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index));
    return all.filter((key): key is string => key?.startsWith(prefix) ?? false);
  }

  watch(key: string, changed: () => void): () => void {
    const listener = (event: StorageEvent): void => {
      // A null key means that everything was cleared.
      if (event.key === key || event.key === null) changed();
    };
    addEventListener("storage", listener);
    return () => removeEventListener("storage", listener);
  }
}

function parsed<Value>(json: string | null): Value | null {
  if (json === null) return null;
  try {
    return JSON.parse(json) as Value;
  } catch {
    return null;
  }
}

/** localStorage, or memory in frames and modes where touching it throws. */
export function openStore(): KeyValueStore {
  try {
    const probe = "wenjin.probe";
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return new BrowserStore(localStorage);
  } catch {
    return new MemoryStore();
  }
}
