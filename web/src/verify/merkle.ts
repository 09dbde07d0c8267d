import { sha256, utf8, type Bytes } from './bytes';

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const MOST_LEAVES = 1 << 16;

export const leafHash = (content: string): Promise<Bytes> => sha256(LEAF, utf8(content));

/** The root to which this path leads from the leaf at `index` of `size` (RFC 9162 §2.1.3.2); null: it leads nowhere. */
export async function rootOf(
  leaf: Bytes,
  index: number,
  size: number,
  path: readonly Bytes[],
): Promise<Bytes | null> {
  if (!Number.isInteger(index) || !Number.isInteger(size) || index < 0 || index >= size || size > MOST_LEAVES) return null;
  let made = leaf;
  let at = index;
  let last = size - 1;
  for (const other of path) {
    if (last === 0) return null;
    if (at % 2 === 1 || at === last) {
      made = await sha256(NODE, other, made);
      while (at % 2 === 0 && at !== 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      made = await sha256(NODE, made, other);
    }
    at >>= 1;
    last >>= 1;
  }
  return last === 0 ? made : null;
}
