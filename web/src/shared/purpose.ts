import type { Words } from '../shell/language';

/** Uses of Art. 4, as the header writes them. */
export const USES: readonly { readonly token: string; readonly words: Words }[] = [
  { token: 'administrative-basis', words: { zh: '行政依据', en: 'administrative basis' } },
  { token: 'work-reference', words: { zh: '工作参考', en: 'work reference' } },
  { token: 'data-verification', words: { zh: '数据校核', en: 'data verification' } },
  { token: 'business-coordination', words: { zh: '业务协同', en: 'business coordination' } },
];

export interface PurposeFields {
  readonly matter: string;
  readonly use: string;
  readonly handler: string;
  readonly case: string;
  /** The credit code of the department whose duty it is, where a counter acts for it. */
  readonly actingFor?: string;
}

const REQUIRED = ['matter', 'use', 'handler'] as const;

/** One member of an RFC 9651 dictionary: key=token, key="string" or key=%"display string". */
const MEMBER = /^([a-z*][a-z0-9_\-.*]*)=(%?"(?:[^"\\]|\\["\\])*"|[A-Za-z*][^\s",;()]*)$/;
const BETWEEN = /,(?=(?:[^"\\]|\\.|"(?:[^"\\]|\\.)*")*$)/;

const isPlain = (value: string) => /^[\x20-\x7e]*$/.test(value);

/** RFC 9651 §4.1.11: UTF-8, percent-encoded in lower case. */
function displayString(value: string): string {
  const bytes = [...new TextEncoder().encode(value)];
  const encoded = bytes.map((byte) =>
    byte === 0x25 || byte === 0x22 || byte < 0x20 || byte > 0x7e
      ? `%${byte.toString(16).padStart(2, '0')}`
      : String.fromCharCode(byte),
  );
  return `%"${encoded.join('')}"`;
}

function quoted(value: string): string {
  return isPlain(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : displayString(value);
}

export function writePurpose(fields: PurposeFields): string {
  const members = [
    `matter=${quoted(fields.matter)}`,
    `use=${fields.use}`,
    `handler=${quoted(fields.handler)}`,
  ];
  if (fields.case !== '') members.push(`case=${quoted(fields.case)}`);
  if (fields.actingFor) members.push(`acting-for=${quoted(fields.actingFor)}`);
  return members.join(', ');
}

export type Purpose =
  | { readonly kind: 'empty' }
  | { readonly kind: 'malformed' }
  /** `header` is pure ASCII: Chinese in quotes has become a Display String. */
  | { readonly kind: 'written'; readonly header: string; readonly missing: readonly string[] };

/** Reads what stands in the purpose field. The server remains the judge of what it means. */
export function readPurpose(text: string): Purpose {
  if (text.trim() === '') return { kind: 'empty' };
  const keys = new Set<string>();
  const members: string[] = [];
  for (const part of text.split(BETWEEN)) {
    const [, key, value] = MEMBER.exec(part.trim()) ?? [];
    if (key === undefined || value === undefined) return { kind: 'malformed' };
    const needsEncoding = !isPlain(value);
    if (needsEncoding && !value.startsWith('"')) return { kind: 'malformed' };
    const plain = needsEncoding ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : value;
    members.push(`${key}=${needsEncoding ? displayString(plain) : value}`);
    keys.add(key);
  }
  return { kind: 'written', header: members.join(', '), missing: REQUIRED.filter((key) => !keys.has(key)) };
}

/** What a written purpose states for one key, where that is a plain string or token; else an empty text. */
export function stated(text: string, key: keyof PurposeFields): string {
  for (const part of text.split(BETWEEN)) {
    const [, name, value] = MEMBER.exec(part.trim()) ?? [];
    if (name === key && value !== undefined) return value.replace(/^"|"$/g, '').replace(/\\(["\\])/g, '$1');
  }
  return '';
}
