import type { Words } from '../shell/language';
import type { Fault } from './verify';

export const PAGE: Words = { zh: '核验回执 · 离线', en: 'Verify a receipt, offline' };

export const FAULTS: Record<Fault, Words> = {
  'key unknown': { zh: '签名密钥不在所给的公布密钥中', en: 'signed with a key that is not among those given' },
  signature: { zh: '签名无效', en: "the signature is not the key's" },
  claims: {
    zh: '回执编号、时间、部门、用途或者摘要被改动',
    en: 'number, time, consumer, purpose or a hash is not as signed',
  },
  proof: {
    zh: '回执内容清单被改动，或者与签名无关',
    en: 'the list of claims, or its place in the tree, is not as signed',
  },
  digests: { zh: '字段清单被改动', en: 'the list of fields is not as signed' },
  changed: { zh: '数据被改动', en: 'not the value that was delivered' },
  missing: { zh: '数据缺失', en: 'delivered, but not here' },
  added: { zh: '多出的数据，从未提供', en: 'never delivered' },
};

export const CLAIMS: Record<string, Words> = {
  id: { zh: '台账回执', en: 'receipt' },
  time: { zh: '查询时间', en: 'answered at' },
  consumer: { zh: '使用部门', en: 'consumer' },
  client: { zh: '客户端', en: 'client' },
  matter: { zh: '事项编码', en: 'matter' },
  case: { zh: '办件编号', en: 'case' },
  handler: { zh: '经办人', en: 'handler' },
  use: { zh: '使用用途', en: 'use' },
  actingFor: { zh: '代行职责', en: 'acting for' },
  document: { zh: '文档摘要', en: 'document hash' },
  data: { zh: '数据摘要', en: 'data hash' },
  catalogue: { zh: '目录版本', en: 'catalogue version' },
};

export const LACKING: Record<'secure' | 'ed25519' | 'sm2', Words> = {
  secure: {
    zh: '浏览器只在 https 或者本机（localhost）页面上提供密码功能。请经 https 打开本页，或者使用命令行 cli receipt verify。',
    en: 'The browser offers cryptography on https or localhost pages only. Open this page by https, or use cli receipt verify.',
  },
  sm2: {
    zh: '此回执以国密 SM2 签名，浏览器不支持。请使用命令行 cli receipt verify 核验。',
    en: 'This receipt is signed with SM2, which browsers do not know. Verify it with cli receipt verify.',
  },
  ed25519: {
    zh: '本浏览器不支持 Ed25519 签名。请使用较新的浏览器（Chrome 137、Firefox 129、Safari 17 起），或者使用命令行 cli receipt verify。',
    en: 'This browser knows no Ed25519. Use a newer one (Chrome 137, Firefox 129, Safari 17 or later), or cli receipt verify.',
  },
};
