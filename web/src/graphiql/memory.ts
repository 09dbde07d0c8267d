import type { Storage } from '@graphiql/toolkit';

/** GraphiQL stores queries, variables and headers; variables may hold identity numbers: memory, then, and no disk. */
export function memoryStorage(): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => {
      held.set(key, value);
    },
    removeItem: (key) => {
      held.delete(key);
    },
    clear: () => held.clear(),
    get length() {
      return held.size;
    },
  };
}
