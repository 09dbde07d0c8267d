"""One page of paper: HTML that prints on A4, marked all over with whose it is. Nothing on it is markup but what is here."""

import base64
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from html import escape
from typing import NamedTuple

from resolvers.papers.fit import TYPES, Table, fit
from resolvers.papers.stamp import Stamp

MARKS = 30
HEAD, FOOT, SIGNED = 5, 5, 3
"""How many lines title, proof and a row to be signed take, with what is kept free around them."""
FACES = '"Noto Serif CJK SC", "Songti SC", "SimSun", serif'

STYLE = """
@page { size: A4; margin: 12mm 14mm; }
* { box-sizing: border-box; }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
body { margin: 0 auto; max-width: 186mm; padding: 8mm 4mm; color: #111; position: relative; }
h1 { font-size: 1.7em; letter-spacing: .12em; text-align: center; margin: 0 0 .1em; }
h1 + p { text-align: center; margin: 0 0 .8em; color: #555; font-size: .9em; }
h2 { font-size: 1.1em; margin: .9em 0 .3em; }
dl { display: grid; grid-template-columns: auto 1fr auto 1fr; gap: .15em .8em; margin: 0 0 .6em; }
dt { color: #555; white-space: nowrap; }
dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; table-layout: fixed; border-collapse: collapse; margin: 0 0 .6em; }
th, td { border: .4pt solid #777; padding: .18em .5em; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #eef1f4; font-weight: 600; }
th[colspan] { background: #f7f9fa; }
tr { break-inside: avoid; }
.small { margin: .3em 0; }
.small, footer { font-size: .82em; color: #444; }
.mono { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: .86em; overflow-wrap: anywhere; }
.sign { display: flex; justify-content: space-between; gap: 2em; margin: 1.4em 0 .6em; }
.sign span { flex: 1; border-bottom: .4pt solid #333; padding-bottom: 1.2em; }
.marks { position: absolute; inset: 0; overflow: hidden; pointer-events: none; z-index: 1; min-height: 250mm; }
.marks span { display: inline-block; width: 33.3%; padding: 9mm 0; transform: rotate(-24deg); text-align: center;
  color: #14527f; opacity: .13; font-size: 8pt; line-height: 1.3; }
footer { border-top: .4pt solid #777; padding-top: .4em; margin-top: .8em; }
@media print {
  body { max-width: none; padding: 0; }
  .marks { position: fixed; }
}
"""
STYLE += "".join(f".t{at} {{ font: {size.points}pt/{size.leading} {FACES}; }}\n" for at, size in enumerate(TYPES))
STYLE += "".join(f".w{part} {{ width: {part}%; }}\n" for part in range(5, 100, 5))
STYLE_HASH = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Sheet(NamedTuple):
    """A paper before it is written: all of it plain text. `notes` stand under the tables, `signs` are lines to be signed."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    notes: Sequence[str] = ()
    signs: Sequence[str] = ()


def write(sheet: Sheet, stamp: Stamp) -> str:
    """The page. Every text is escaped here, and only here."""
    around = HEAD + len(sheet.facts) // 2 + 1 + len(sheet.notes) + (SIGNED if sheet.signs else 0) + FOOT
    body = [
        f"<h1>{escape(sheet.title)}</h1><p>{escape(sheet.subtitle)}</p>",
        _facts(sheet.facts),
        *map(_table, sheet.tables),
        *(f'<p class="small">{escape(note)}</p>' for note in sheet.notes),
        _signs(sheet.signs),
        _footer(stamp),
        _marks(stamp.watermark),
    ]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{escape(sheet.title)} {escape(stamp.case)}</title><style>{STYLE}</style></head>"
        f'<body class="t{fit(sheet.tables, around)}">{"".join(body)}</body></html>'
    )


def facts_of(stamp: Stamp) -> list[tuple[str, str]]:
    """What stands at the head of every paper."""
    told: Mapping[str, str | None] = {
        "使用部门": stamp.consumer,
        "代行职责": stamp.duty,
        "事项编码": stamp.matter,
        "办件编号": stamp.case,
        "经办人": stamp.handler,
        "使用用途": stamp.use,
        "查询时间": stamp.at,
        "台账回执": stamp.receipt,
    }
    return [(name, value) for name, value in told.items() if value]


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts) + "</dl>"


def _table(table: Table) -> str:
    columns = zip(table.columns, table.widths, strict=True)
    head = "".join(f'<th scope="col" class="w{width}">{escape(column)}</th>' for column, width in columns)
    rows = "".join(f"<tr>{_cells(row, len(table.columns))}</tr>" for row in table.rows)
    return f"<h2>{escape(table.title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(row: Sequence[str], columns: int) -> str:
    if len(row) == 1:
        return f'<th colspan="{columns}">{escape(row[0])}</th>'
    return "".join(f"<td>{escape(cell)}</td>" for cell in row)


def _signs(signs: Sequence[str]) -> str:
    return '<div class="sign">' + "".join(f"<span>{escape(sign)}</span>" for sign in signs) + "</div>" if signs else ""


def _footer(stamp: Stamp) -> str:
    proof = (("数据摘要", stamp.data), ("文档摘要", stamp.document), ("签名", stamp.signature))
    lines = "".join(f'<div>{name} <span class="mono">{escape(value)}</span></div>' for name, value in proof)
    how = f"签发 {stamp.issuer}，密钥 {stamp.key}。持原始回执可在 /receipts/verify 离线核验；任何一位改动均可发现。"
    return f"<footer>{lines}<div>{escape(how)}</div></footer>"


def _marks(text: str) -> str:
    return '<div class="marks" aria-hidden="true">' + f"<span>{escape(text)}</span>" * MARKS + "</div>"
