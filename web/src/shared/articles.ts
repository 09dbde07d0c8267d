import type { Words } from '../shell/language';

const NUMERALS = ['', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];

/** The gateway's notation: `Art. 16 ¶1` is a paragraph, 第16条第1款; `Art. 11(1)` a numbered item, 第11条第（一）项. */
export function articleWords(article: string): Words {
  const pattern = /^Art\. (\d+)(?: ¶(\d+))?(?:\((\d+)\))?$/;
  const [, number, paragraph, item] = pattern.exec(article.trim()) ?? [];
  if (number === undefined) return { zh: article, en: article };
  const parts = [`第${number}条`];
  if (paragraph !== undefined) parts.push(`第${paragraph}款`);
  if (item !== undefined) parts.push(`第（${NUMERALS[Number(item)] ?? item}）项`);
  return { zh: parts.join(''), en: article };
}
