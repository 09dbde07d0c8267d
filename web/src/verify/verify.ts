/** The same rules as ledger/verify_receipt.py; a test holds the two against each other. */
import { blake2s } from './blake2s';
import { fromBase64url, fromHex, joined, same, sha256, toHex, utf8, type Bytes } from './bytes';
import { canonical, isList, isObject, readJson, type Json, type Members } from './json';
import { LackingError, verifies, type Keys } from './keys';
import { leafHash, rootOf } from './merkle';

export type Fault = 'key unknown' | 'signature' | 'claims' | 'digests' | 'changed' | 'missing' | 'added';

export interface Found {
  readonly fault: Fault;
  readonly path: string;
}

export interface Value {
  readonly path: string;
  readonly value: Json | undefined;
  readonly fault: Fault | null;
}

export interface Verdict {
  readonly faults: readonly Found[];
  readonly claims: Members;
  readonly issuer: string;
  readonly keyId: string;
  readonly values: readonly Value[];
  /** Members of the data that the receipt is not about. */
  readonly uncovered: readonly string[];
}

/** What was given is no answer with a signed receipt. */
export class NoReceiptError extends Error {}

const BYTES = 16;
const TYPE = 'sharing-receipt+jws';
const MEMBERS = 'claims,digests,index,jws,paths,proof,salts,size';

interface Receipt {
  readonly claims: Members;
  readonly paths: readonly string[];
  readonly proof: readonly Bytes[];
  readonly salts: Bytes;
  readonly digests: Bytes;
  readonly index: number;
  readonly size: number;
  readonly jws: string;
}

/** All that does not hold, named. Throws NoReceiptError, LackingError. */
export async function verify(text: string, keys: Keys): Promise<Verdict> {
  const { receipt, data } = read(text);
  const { keyId, issuer, found } = await signature(receipt, keys);
  const faults: Found[] = [...found];
  if (!(await listed(receipt))) faults.push({ fault: 'digests', path: 'digests' });
  const values: Value[] = [];
  for (const [number, path] of receipt.paths.entries()) {
    const value = valueAt(data, path);
    const salt = receipt.salts.subarray(number * BYTES, (number + 1) * BYTES);
    const digest = receipt.digests.subarray(number * BYTES, (number + 1) * BYTES);
    const fault = value === undefined ? 'missing' : digestIs(salt, value, digest) ? null : 'changed';
    if (fault !== null) faults.push({ fault, path });
    values.push({ path, value, fault });
  }
  const known = new Set(receipt.paths);
  const roots = new Set(receipt.paths.map((path) => path.split('.', 1)[0] ?? ''));
  for (const [name, held] of Object.entries(data)) {
    if (!roots.has(name)) continue;
    for (const { path, value } of leaves(name, held)) {
      if (within(path, known)) continue;
      faults.push({ fault: 'added', path });
      values.push({ path, value, fault: 'added' });
    }
  }
  const uncovered = Object.keys(data).filter((name) => !roots.has(name));
  return { faults, claims: receipt.claims, issuer, keyId, values, uncovered };
}

function digestIs(salt: Uint8Array, value: Json, digest: Uint8Array): boolean {
  return same(blake2s(joined(salt, utf8(canonical(value)))).subarray(0, BYTES), digest);
}

/** A saved answer, or `{"signedReceipt": …, "data": …}`. Throws NoReceiptError. */
function read(text: string): { receipt: Receipt; data: Members } {
  try {
    const given = readJson(text);
    if (!isObject(given) || !isObject(given.data)) throw new Error('no data');
    const sharing = isObject(given.extensions) ? given.extensions.sharing : undefined;
    const told = given.signedReceipt ?? (isObject(sharing) ? sharing.signedReceipt : undefined);
    if (!isObject(told) || Object.keys(told).sort().join() !== MEMBERS) throw new Error('no receipt');
    const { claims, paths, proof, index, size, jws } = told;
    if (!isObject(claims) || !isList(paths) || !isList(proof)) throw new Error('another form');
    if (typeof index !== 'number' || typeof size !== 'number' || typeof jws !== 'string') throw new Error('another form');
    if (!paths.every((path) => typeof path === 'string') || new Set(paths).size !== paths.length) throw new Error('paths');
    const salts = fromHex(told.salts);
    const digests = fromHex(told.digests);
    return { receipt: { claims, paths, proof: proof.map(fromHex), salts, digests, index, size, jws }, data: given.data };
  } catch {
    throw new NoReceiptError('no answer with a signed receipt');
  }
}

async function signature(receipt: Receipt, keys: Keys): Promise<{ keyId: string; issuer: string; found: Found[] }> {
  const parts = receipt.jws.split('.');
  const [head, body, signed] = parts;
  let header: Json;
  let payload: Json;
  let made: Bytes;
  try {
    if (parts.length !== 3) throw new Error('no JWS');
    const decoded = (part: string | undefined): Json => readJson(new TextDecoder().decode(fromBase64url(part ?? '')));
    header = decoded(head);
    payload = decoded(body);
    made = fromBase64url(signed ?? '');
  } catch {
    throw new NoReceiptError('the signature has not the form of a JWS');
  }
  if (!isObject(header) || !isObject(payload)) throw new NoReceiptError('the signature has not the form of a JWS');
  const keyId = String(header.kid);
  const issuer = String(payload.iss);
  if (header.alg === 'SM2') throw new LackingError('sm2');
  const key = keys.get(keyId);
  if (key === undefined) return { keyId, issuer, found: [{ fault: 'key unknown', path: keyId }] };
  const proper = Object.keys(header).sort().join() === 'alg,kid,typ' && header.alg === 'EdDSA' && header.typ === TYPE;
  if (!proper || !(await verifies(key, made, utf8(`${head}.${body}`)))) {
    return { keyId, issuer, found: [{ fault: 'signature', path: 'jws' }] };
  }
  const leaf = await leafHash(canonical(receipt.claims));
  const reached = await rootOf(leaf, receipt.index, receipt.size, receipt.proof);
  const holds = reached !== null && toHex(reached) === payload.root && payload.size === receipt.size;
  return { keyId, issuer, found: holds ? [] : [{ fault: 'claims', path: 'claims' }] };
}

/** Whether the list of fields is the one that was signed. */
async function listed(receipt: Receipt): Promise<boolean> {
  const size = receipt.paths.length * BYTES;
  if (receipt.salts.length !== size || receipt.digests.length !== size) return false;
  return toHex(await sha256(utf8(JSON.stringify(receipt.paths)), receipt.digests)) === receipt.claims.data;
}

function valueAt(data: Members, path: string): Json | undefined {
  let value: Json | undefined = data;
  for (const part of path.split('.')) {
    if (isList(value)) value = /^\d+$/.test(part) ? value[Number(part)] : undefined;
    else if (isObject(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else return undefined;
  }
  return value;
}

function* leaves(path: string, value: Json): Generator<{ path: string; value: Json }> {
  if (isObject(value) && Object.keys(value).length > 0) {
    for (const [name, held] of Object.entries(value)) yield* leaves(`${path}.${name}`, held);
  } else if (isList(value) && value.some((row) => isObject(row))) {
    for (const [index, row] of value.entries()) {
      if (isObject(row)) yield* leaves(`${path}.${index}`, row);
      else yield { path: `${path}.${index}`, value: row };
    }
  } else {
    yield { path, value };
  }
}

/** Whether the path, or something that holds it, is a field of the receipt. */
function within(path: string, known: ReadonlySet<string>): boolean {
  for (let at = path; ; at = at.slice(0, at.lastIndexOf('.'))) {
    if (known.has(at)) return true;
    if (!at.includes('.')) return false;
  }
}
