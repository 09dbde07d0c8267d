import { fromBase64url, type Bytes } from './bytes';
import { isList, isObject, readJson } from './json';

/** The published keys by id: raw Ed25519 keys of receipts. */
export type Keys = ReadonlyMap<string, Bytes>;

/** Where this gateway publishes its keys, seen from this page. */
export const PUBLISHED = new URL('../.well-known/jwks.json', document.baseURI);

/** This browser cannot do it: no secure context, no Ed25519, or a signature by SM2, which no browser knows. */
export class LackingError extends Error {
  readonly what: 'secure' | 'ed25519' | 'sm2';
  constructor(what: 'secure' | 'ed25519' | 'sm2') {
    super(what);
    this.what = what;
  }
}

/** The keys of a JWKS (RFC 7517, 8037); others than those of receipts are left out. Throws where it is none. */
export function readKeys(text: string): Keys {
  const told = readJson(text);
  if (!isObject(told) || !isList(told.keys)) throw new Error('no key set');
  const found = new Map<string, Bytes>();
  for (const one of told.keys) {
    if (!isObject(one) || typeof one.kid !== 'string' || typeof one.x !== 'string') continue;
    if (one.kty !== 'OKP' || one.crv !== 'Ed25519' || !one.kid.startsWith('receipt-')) continue;
    const raw = fromBase64url(one.x);
    if (raw.length !== 32) throw new Error('an Ed25519 key has 32 bytes');
    found.set(one.kid, raw);
  }
  return found;
}

/** Whether the key made the signature. Throws LackingError. */
export async function verifies(raw: Bytes, signature: Bytes, message: Bytes): Promise<boolean> {
  if (!globalThis.isSecureContext || crypto.subtle === undefined) throw new LackingError('secure');
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
  } catch {
    throw new LackingError('ed25519');
  }
  return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, message);
}
