"""The house's order: what stands at the root, which names are ours, which way imports run."""

import importlib.metadata
import importlib.util
import subprocess
import sys
import tomllib

from settings import ROOT

PACKAGES = {path.parent.name for path in ROOT.glob("*/__init__.py")}
ROOT_MODULES = {"cli", "errors", "server", "settings"}


def test_only_these_modules_stand_at_the_root() -> None:
    assert {path.stem for path in ROOT.glob("*.py")} == ROOT_MODULES


def test_our_names_are_ours() -> None:
    for name in PACKAGES | ROOT_MODULES:
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        assert found.origin.startswith(f"{ROOT}/"), f"`{name}` comes from {found.origin}"
    claimed = importlib.metadata.packages_distributions()
    assert not {name: claimed[name] for name in (PACKAGES | ROOT_MODULES) & claimed.keys()}


def test_every_package_is_under_the_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert set(contracts["root_packages"]) == PACKAGES - {"audit", "bench", "tests"}


def test_imports_run_downward() -> None:
    ran = subprocess.run(
        [f"{sys.prefix}/bin/lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout


def test_lower_layers_import_no_root_module_but_errors_and_settings() -> None:
    for package in PACKAGES - {"tests", "commands", "bench", "audit"}:
        for path in (ROOT / package).rglob("*.py"):
            lines = [line for line in path.read_text().splitlines() if not line.startswith(" ")]
            wrong = [line for line in lines if line.startswith(("import server", "from server", "import cli", "from cli"))]
            assert not wrong, f"{path.relative_to(ROOT)}: {wrong}"
