/**
 * Where unsent commands wait: IndexedDB, which outlives the tab. Private windows and some in-app browsers refuse it,
 * or open it and never answer; then localStorage, then this page's memory.
 */
import type { Entry } from "@/http/outbox";

interface Keyed {
  key: string;
}

export interface OutboxStore<T extends Keyed = Entry> {
  all: () => Promise<T[]>;
  put: (entry: T) => Promise<void>;
  remove: (key: string) => Promise<void>;
}

const NAME = "jobfair.outbox";
const TABLE = "commands";
const PATIENCE_MS = 1_500;

export function memoryStore<T extends Keyed = Entry>(): OutboxStore<T> {
  const kept = new Map<string, T>();
  return {
    all: () => Promise.resolve([...kept.values()]),
    put: (entry) => Promise.resolve(void kept.set(entry.key, entry)),
    remove: (key) => Promise.resolve(void kept.delete(key)),
  };
}

export function localStore<T extends Keyed = Entry>(name = NAME): OutboxStore<T> {
  const read = (): T[] => JSON.parse(localStorage.getItem(name) ?? "[]") as T[];
  const write = (entries: T[]): void => {
    if (entries.length === 0) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(entries));
  };
  const without = (key: string): T[] => read().filter((one) => one.key !== key);
  // Refusals of localStorage are thrown; here they become the promise's.
  const attempt = <T>(act: () => T): Promise<T> => new Promise((resolve) => {
    resolve(act());
  });
  return {
    all: () => attempt(read),
    put: (entry) => attempt(() => {
      write([...without(entry.key), entry]);
    }),
    remove: (key) => attempt(() => {
      write(without(key));
    }),
  };
}

export function databaseStore<T extends Keyed = Entry>(name = NAME): OutboxStore<T> {
  let opened: Promise<IDBDatabase> | null = null;

  function open(): Promise<IDBDatabase> {
    opened ??= patiently<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: "key" });
      request.onerror = request.onblocked = () => {
        reject(new Error("IndexedDB is refused"));
      };
      request.onsuccess = () => {
        const database = request.result;
        // Never stand in the way of another tab's newer version; a closed connection is opened again.
        database.onversionchange = () => {
          database.close();
        };
        database.onclose = () => {
          opened = null;
        };
        resolve(database);
      };
    });
    return opened;
  }

  async function run<R>(mode: IDBTransactionMode, ask: (table: IDBObjectStore) => IDBRequest<R>): Promise<R> {
    const database = await open();
    return patiently<R>((resolve, reject) => {
      const transaction = database.transaction(TABLE, mode);
      const request = ask(transaction.objectStore(TABLE));
      // Only a completed transaction is kept; a request that succeeded may still be rolled back.
      transaction.oncomplete = () => {
        resolve(request.result);
      };
      transaction.onerror = transaction.onabort = () => {
        reject(new Error("IndexedDB did not keep it"));
      };
    });
  }

  return {
    all: () => run("readonly", (table) => table.getAll() as IDBRequest<T[]>),
    put: async (entry) => void (await run("readwrite", (table) => table.put(entry))),
    remove: async (key) => void (await run("readwrite", (table) => table.delete(key))),
  };
}

/** The first store that takes an entry keeps it; reading and removing ask them all. */
export function firstWorking<T extends Keyed = Entry>(stores: readonly OutboxStore<T>[]): OutboxStore<T> {
  return {
    async all() {
      const answers = await Promise.all(stores.map((store) => store.all().catch(() => [])));
      return answers.flat();
    },
    async put(entry) {
      for (const store of stores) {
        try {
          await store.put(entry);
          return;
        } catch {
          // The next one is asked.
        }
      }
    },
    async remove(key) {
      await Promise.all(stores.map((store) => store.remove(key).catch(() => undefined)));
    },
  };
}

export function browserStore<T extends Keyed = Entry>(name = NAME): OutboxStore<T> {
  return firstWorking([databaseStore<T>(name), localStore<T>(name), memoryStore<T>()]);
}

function patiently<T>(act: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      reject(new Error("no answer"));
    }, PATIENCE_MS);
    act(resolve, reject);
  });
}
