/** The same rules as ledger/verify_receipt.py; a test holds the two against each other. */
import { blake2s } from './blake2s';
import { fromBase64url, fromHex, joined, same, sha256, toHex, utf8, type Bytes } from './bytes';
import { canonical, isList, isObject, readJson, type Json, type Members } from './json';
import { LackingError, verifies, type Keys } from './keys';
import { leafHash, rootOf } from './merkle';

export type Fault = 'key unknown' | 'signature' | 'claims' | 'proof' | 'digests' | 'changed' | 'missing' | 'added';

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
/** Where it is missing, the receipt was made before there was such a list: that a claim was changed is found, not which. */
const LIST = 'claimDigests';

interface Receipt {
  readonly claims: Members;
  /** The digests of the claims by name, in the order of their list. */
  readonly listed: ReadonlyMap<string, string> | null;
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
  const faults: Found[] = [...found, ...changedClaims(receipt)];
  if (!(await fieldsHold(receipt))) faults.push({ fault: 'digests', path: 'digests' });
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
    for (const { path, value } of leaves(step(name), held)) {
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
    if (!isObject(told)) throw new Error('no receipt');
    const members = Object.keys(told).filter((name) => name !== LIST);
    if (members.sort().join() !== MEMBERS) throw new Error('no receipt');
    const listed = Object.hasOwn(told, LIST) ? listOf(told[LIST]) : null;
    const { claims, paths, proof, index, size, jws } = told;
    if (!isObject(claims) || !isList(paths) || !isList(proof)) throw new Error('another form');
    if (typeof index !== 'number' || typeof size !== 'number' || typeof jws !== 'string') throw new Error('another form');
    if (!paths.every((path) => typeof path === 'string') || new Set(paths).size !== paths.length) throw new Error('paths');
    const salts = fromHex(told.salts);
    const digests = fromHex(told.digests);
    return { receipt: { claims, listed, paths, proof: proof.map(fromHex), salts, digests, index, size, jws }, data: given.data };
  } catch {
    throw new NoReceiptError('no answer with a signed receipt');
  }
}

/** Pairs of texts, no name twice. Throws where it is none. */
function listOf(told: Json | undefined): ReadonlyMap<string, string> {
  if (!isList(told)) throw new Error('no list');
  const listed = new Map<string, string>();
  for (const pair of told) {
    const [name, digest] = isList(pair) && pair.length === 2 ? pair : [];
    if (typeof name !== 'string' || typeof digest !== 'string' || listed.has(name)) throw new Error('no list');
    listed.set(name, digest);
  }
  return listed;
}

/** The claims that are not the ones listed, are gone, or were put in. */
function changedClaims({ claims, listed }: Receipt): Found[] {
  if (listed === null) return [];
  const told = new Map<string, string>();
  for (const [name, held] of Object.entries(claims)) {
    for (const { path, value } of leaves(step(name), held)) told.set(path, claimDigest(value));
  }
  const names = new Set([...listed.keys(), ...told.keys()]);
  return [...names]
    .filter((name) => told.get(name) !== listed.get(name))
    .map((name) => ({ fault: 'claims', path: `claims.${name}` }));
}

const claimDigest = (value: Json): string => toHex(blake2s(utf8(canonical(value))));

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
  const { claims, listed } = receipt;
  const leaf = await leafHash(canonical(listed === null ? claims : [...listed]));
  const reached = await rootOf(leaf, receipt.index, receipt.size, receipt.proof);
  const holds = reached !== null && toHex(reached) === payload.root && payload.size === receipt.size;
  if (holds) return { keyId, issuer, found: [] };
  const fault = listed === null ? 'claims' : 'proof';
  return { keyId, issuer, found: [{ fault, path: fault }] };
}

/** Whether the list of fields is the one that was signed. */
async function fieldsHold(receipt: Receipt): Promise<boolean> {
  const size = receipt.paths.length * BYTES;
  if (receipt.salts.length !== size || receipt.digests.length !== size) return false;
  const made = toHex(await sha256(utf8(JSON.stringify(receipt.paths)), receipt.digests));
  const { claims, listed } = receipt;
  return listed === null ? claims.data === made : listed.get('data') === claimDigest(made);
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

/** A key within a path: one with a dot, which no answer has, must not pass for a way through several. */
const step = (key: string): string => (key.includes('.') ? JSON.stringify(key) : key);

function* leaves(path: string, value: Json): Generator<{ path: string; value: Json }> {
  if (isObject(value) && Object.keys(value).length > 0) {
    for (const [name, held] of Object.entries(value)) yield* leaves(`${path}.${step(name)}`, held);
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
