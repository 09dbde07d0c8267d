"""A catalogue of 200 resources with 15 items each, and what it costs: to be asked beside it, to start on it."""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench.room import ROOT, folder
from bench.telling import tell
from catalogue.load import load_catalogue
from catalogue.model import ResourceName

RESOURCES, ITEMS = 200, 15
OPEN_ITEMS = 10
OPEN = 'sharing = "unconditional"'
CONDITIONAL = (
    'sharing = "conditional", condition = "办理业务需要", scope = "政务部门", uses = ["administrative_basis"], '
    'forms = ["full", "masked"], rows = ["all"], mask = "name"'
)
RESOURCES_A_REGISTER = 25
STARTS = 5
HEAD = """[resource.{name}]
code = "{code}"
title = "部门信息{number}"
abstract = "部门在履行职责中形成的信息"
note = "A dossier kept by a department."
provider = "development_reform"
format = "database"
update_cycle = "daily"
modes = ["online_lookup"]
network_zone = "extranet"
key = "code"
[resource.{name}.lookup]
by_code = {{ item = "code", unique = true }}
[resource.{name}.root.dossier{number}]
lookup = "by_code"
argument = "code"
title = "按编码查询部门信息{number}"
[resource.{name}.item]
code = {{ seq = 1, title = "编码", type = "String", kind = "business", sharing = "unconditional", note = "Code." }}"""
START = "import bench.wide as wide; wide.start_here()"


def wide_catalogue(resources: int = RESOURCES) -> tuple[Path, Path]:
    """The folder of a catalogue that holds the five registers and others up to so many resources, and its sources.toml."""
    there = folder(f"wide-catalogue-{resources}")
    (there / "registers").mkdir(exist_ok=True)
    held = ROOT / "catalogue"
    for path in (held / "departments.toml", held / "licence_types.toml", *held.glob("registers/*.toml")):
        (there / path.relative_to(held)).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    missing = resources - len(load_catalogue(held).resources)
    bindings = [(held / "sources.toml").read_text(encoding="utf-8")]
    for start in range(0, missing, RESOURCES_A_REGISTER):
        numbers = range(start, min(start + RESOURCES_A_REGISTER, missing))
        name = f"department_{start // RESOURCES_A_REGISTER}"
        parts = [f'[register]\nname = "{name}"\ntitle = "部门信息资源"\nlead = "development_reform"\n']
        parts += [_resource(number) for number in numbers]
        (there / "registers" / f"{name}.toml").write_text("\n".join(parts), encoding="utf-8")
        bindings += [_binding(number) for number in numbers]
    sources = there / "sources.toml"
    sources.write_text("\n".join(bindings), encoding="utf-8")
    return there, sources


def _resource(number: int) -> str:
    name, types = f"Dossier{number}", ("String", "Date", "Int", "Boolean", "String")
    lines = [HEAD.format(name=name, number=number, code=f"3{number // 1000:02d}{number % 1000:03d}/000001")]
    lines += [
        f'item{seq} = {{ seq = {seq}, title = "信息项{seq}", type = "{types[seq % 5]}", kind = "business", '
        f'{CONDITIONAL if seq > OPEN_ITEMS else OPEN}, note = "Item {seq} of the dossier." }}'
        for seq in range(2, ITEMS + 1)
    ]
    return "\n".join(lines) + "\n"


def _binding(number: int) -> str:
    columns = "\n".join(f'item{seq} = "item{seq}"' for seq in range(2, ITEMS + 1))
    head = f'[resources.Dossier{number}]\nsource = "credit"\ntable = "dossier{number}"\n'
    return f'{head}[resources.Dossier{number}.columns]\ncode = "code"\n{columns}\n'


def measure_start() -> dict[str, float]:
    """Seconds of a fresh process from its start until it could serve the wide catalogue; median of five."""
    wide_catalogue()
    took = []
    for run in range(STARTS):
        tell(f"start with {RESOURCES} resources, {run + 1} of {STARTS}")
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", START], cwd=ROOT, check=True)
        took.append(time.perf_counter() - began)
    return {"start_200_s": round(median(took), 3)}


def start_here() -> None:
    """What a worker does before it serves, but for connecting: imports, catalogue, checks, bindings, schema, wiring."""
    from catalogue.load_sources import load_sources
    from connectors.registry import open_sources
    from schema.limits import Limits
    from server import serve_catalogue

    there = folder(f"wide-catalogue-{RESOURCES}")
    catalogue = load_catalogue(there)
    sources = load_sources(there / "sources.toml", catalogue)
    for source in sources.sources.values():
        os.environ.setdefault(source.dsn.removeprefix("env:"), "postgresql:///none")
    open_sources(sources, catalogue)
    served = serve_catalogue(catalogue, sources, Limits())
    assert served.documents.schema.get_type(ResourceName("Dossier0")) is not None
