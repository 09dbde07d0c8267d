import type { Words } from '../shell/language';
import type { Scan } from './questions';

/** What the gateway takes. */
export const ACCEPTED = 'application/pdf,application/ofd,image/png,image/jpeg,.pdf,.ofd,.png,.jpg,.jpeg';
const BY_ENDING: Record<string, string> = {
  pdf: 'application/pdf',
  ofd: 'application/ofd',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
};

/** What was picked: read, being read, or none that can be sent. */
export type Picked = { readonly kind: 'scan'; readonly scan: Scan } | { readonly kind: 'reading' | 'bad'; readonly why: Words };

export const READING: Picked = { kind: 'reading', why: { zh: '正在读取文件…', en: 'reading the file…' } };
const UNREADABLE: Picked = { kind: 'bad', why: { zh: '文件读取失败，请重新选择', en: 'it cannot be read: pick it again' } };

/** Reads a scan that was picked, of at most so many MiB; one that the gateway would not take is told at once. Raises nothing. */
export async function readScan(file: File, mostMiB: number): Promise<Picked> {
  const mediaType = BY_ENDING[file.name.split('.').at(-1)?.toLowerCase() ?? ''];
  if (mediaType === undefined) return { kind: 'bad', why: { zh: '请选择 PDF、OFD、PNG 或 JPEG', en: 'pick a PDF, OFD, PNG or JPEG' } };
  if (file.size > mostMiB << 20) {
    return { kind: 'bad', why: { zh: `文件超过 ${mostMiB} MiB，请降低分辨率`, en: `over ${mostMiB} MiB: scan with less resolution` } };
  }
  const read = await file.arrayBuffer().catch(() => null);
  if (read === null) return UNREADABLE;
  const bytes = new Uint8Array(read);
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { kind: 'scan', scan: { name: file.name, mediaType, content: btoa(binary) } };
}
