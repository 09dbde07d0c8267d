/** BLAKE2s-256 (RFC 7693), which WebCrypto does not have. A browser test holds it against Python's own. */
import type { Bytes } from './bytes';

const BLOCK = 64;
const START = Uint32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);
/** Of unkeyed hashing with 32 bytes of output (§2.5, §3.3). */
const PARAMETERS = 0x01010020;
const ORDERS = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
] as const;
/** The columns, then the diagonals (§3.2). */
const MIXED = [
  [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
  [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
] as const;

export function blake2s(input: Uint8Array): Bytes {
  const state = START.slice();
  state[0] = at(state, 0) ^ PARAMETERS;
  const blocks = Math.max(1, Math.ceil(input.length / BLOCK));
  for (let number = 0; number < blocks; number += 1) {
    const block = new Uint8Array(BLOCK);
    block.set(input.subarray(number * BLOCK, (number + 1) * BLOCK));
    const last = number === blocks - 1;
    compress(state, block, last ? input.length : (number + 1) * BLOCK, last);
  }
  const made = new Uint8Array(32);
  const view = new DataView(made.buffer);
  state.forEach((word, place) => view.setUint32(place * 4, word, true));
  return made;
}

/** The function F (§3.2). Inputs are far below 4 GiB, so that the counter's upper half is 0. */
function compress(state: Uint32Array, block: Bytes, counted: number, last: boolean): void {
  const words = new DataView(block.buffer);
  const v = new Uint32Array(16);
  v.set(state);
  v.set(START, 8);
  v[12] = at(v, 12) ^ counted;
  if (last) v[14] = ~at(v, 14);
  for (const order of ORDERS) {
    for (const [place, [a, b, c, d]] of MIXED.entries()) {
      const first = words.getUint32((order[place * 2] ?? 0) * 4, true);
      const second = words.getUint32((order[place * 2 + 1] ?? 0) * 4, true);
      v[a] = at(v, a) + at(v, b) + first;
      v[d] = turned(at(v, d) ^ at(v, a), 16);
      v[c] = at(v, c) + at(v, d);
      v[b] = turned(at(v, b) ^ at(v, c), 12);
      v[a] = at(v, a) + at(v, b) + second;
      v[d] = turned(at(v, d) ^ at(v, a), 8);
      v[c] = at(v, c) + at(v, d);
      v[b] = turned(at(v, b) ^ at(v, c), 7);
    }
  }
  for (let place = 0; place < 8; place += 1) state[place] = at(state, place) ^ at(v, place) ^ at(v, place + 8);
}

const at = (words: Uint32Array, place: number): number => words[place] ?? 0;
const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
