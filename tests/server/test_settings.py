"""Settings from the environment, their table in the docs, and what a start refuses."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pydantic import SecretStr

from catalogue.load import load_catalogue
from demo.write_seed import write_seed
from errors import GatewayError
from schema.limits import Limits
from server import check_settings, gateway_app, limits_of
from settings import PREFIX, ROOT, Settings, http_address, read_settings
from storage.access import Role
from storage.catalogue_versions import seed_catalogue
from storage.keys import load_or_create
from storage.layout import KEYS
from storage.own_database import prepare
from tests.conftest import Database
from tests.signing import GRANT_KEYS

DOC = ROOT / "docs" / "settings.md"
HEAD = """# Settings

Each is an environment variable, read once at the start; an unknown or wrong one stops it. `make demo` needs none.

"""
LIMITS_HEAD = """
## Limits

`ONCEGATE_LIMITS__<NAME>=<number>`; what each refuses with stands in [errors.md](errors.md).

"""


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)


def document() -> str:
    """docs/settings.md, from the code."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        if isinstance(default, Path):
            default = f"{default.relative_to(ROOT)}" if default != ROOT else "."
        shown = "" if default in (None, (), {}) else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    limits = ["| limit | default |", "|---|---|"]
    limits += [f"| `{name}` | {field.default} |" for name, field in Limits.__dataclass_fields__.items()]
    return HEAD + "\n".join(rows) + "\n" + LIMITS_HEAD + "\n".join(limits) + "\n"


def test_the_table_is_the_codes_own(rewrite_goldens: bool) -> None:
    if rewrite_goldens:
        DOC.write_text(document(), encoding="utf-8")
    assert DOC.read_text(encoding="utf-8") == document()


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (
        ("PORT", "8123"), ("LIMITS__COST", "7"), ("TRUSTED_PROXIES", "10.0.0.0/8, ::1/128"),
        ("DATABASE", "postgresql://u:geheim@h/d"),
        ("ISSUERS", json.dumps([{"issuer": "https://i", "audience": "a", "keys": "/k.json"}])),
    ):  # fmt: skip
        monkeypatch.setenv(PREFIX + name, value)
    settings = read_settings(workers=3)
    assert (settings.port, settings.workers, settings.trusted_proxies) == (8123, 3, ("10.0.0.0/8", "::1/128"))
    assert limits_of(settings).cost == 7
    assert settings.issuers[0].subject_claim == "sub"
    assert "geheim" not in repr(settings)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"PORT": "http"}, "ONCEGATE_PORT"),
        ({"WORKERS": "0"}, "ONCEGATE_WORKERS"),
        ({"LIMITS__COST": "much"}, "ONCEGATE_LIMITS__COST"),
        ({"PROT": "8000"}, "`ONCEGATE_PROT` is unknown"),
        ({"ISSUERS": '[{"issuer": "https://i"}]'}, "ONCEGATE_ISSUERS"),
    ],
)
def test_a_wrong_variable_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str], message: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(GatewayError, match=message):
        read_settings()


def test_a_slip_in_a_name_is_answered_with_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONCEGATE_PROT", "8000")
    with pytest.raises(GatewayError) as refused:
        read_settings()
    assert "ONCEGATE_PORT" in refused.value.hint


def test_an_address_is_as_a_url_writes_it() -> None:
    assert http_address("127.0.0.1", 8000) == "http://127.0.0.1:8000"
    assert http_address("::1", 8000) == "http://[::1]:8000"


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"public_url": None}, "ONCEGATE_PUBLIC_URL"),
        ({"demo": True, "database": SecretStr("postgresql://x/y")}, "embedded database only"),
        ({"public_url": "https://g", "trusted_proxies": ("10.0.0.1/8",)}, "ONCEGATE_TRUSTED_PROXIES"),
    ],
)
def test_what_a_start_lacks_is_said(chosen: dict[str, object], message: str) -> None:
    with pytest.raises(GatewayError, match=message):
        check_settings(read_settings(**chosen))


@pytest.mark.parametrize("limits", [{"cots": 1}, {"cost": 0}])
def test_a_limit_has_a_known_name_and_is_positive(limits: dict[str, int]) -> None:
    with pytest.raises(GatewayError, match="ONCEGATE_LIMITS__"):
        limits_of(read_settings(limits=limits))


async def production(database: Database, folder: Path) -> Settings:
    settings = read_settings(
        public_url="https://gateway.example", data_dir=folder, database=database.dsn(),
        database_owner=database.dsn(Role.OWNER), sources=folder / "sources.toml",
    )  # fmt: skip
    (folder / "sources.toml").write_text("")
    await prepare(settings)
    return settings


async def refusal(settings: Settings) -> str:
    with pytest.raises(GatewayError) as refused:
        async with gateway_app(settings):
            pass
    return refused.value.message


async def test_production_starts_on_a_database_of_its_own(database: Database, tmp_path: Path) -> None:
    settings = await production(database, tmp_path)
    async with gateway_app(settings) as house:
        assert not house.traffic.draining
    assert json.loads((tmp_path / KEYS / "token-1.json").read_text())["made_for"] == "production"


async def test_production_refuses_the_demos_keys(database: Database, tmp_path: Path) -> None:
    load_or_create(tmp_path / KEYS, production=False)
    assert "demo mode" in await refusal(await production(database, tmp_path))


async def test_production_refuses_the_demos_clients(database: Database, tmp_path: Path) -> None:
    settings = await production(database, tmp_path)
    connection = await asyncpg.connect(database.dsn())
    await seed_catalogue(connection, ROOT / "catalogue")
    await write_seed(connection, load_catalogue(ROOT / "catalogue"), GRANT_KEYS)
    assert "demo-hall" in await refusal(settings)
    await connection.execute("UPDATE client SET disabled_at = now()")
    await connection.close()
    async with gateway_app(settings):
        pass


@pytest.mark.parametrize("owner", [True, False])
async def test_a_newer_database_is_refused(database: Database, tmp_path: Path, owner: bool) -> None:
    settings = await production(database, tmp_path)
    connection = await asyncpg.connect(database.dsn(Role.OWNER))
    await connection.execute("INSERT INTO migration (version, name, checksum) VALUES (999, 'later', '')")
    await connection.close()
    chosen = settings if owner else settings.model_copy(update={"database_owner": None})
    with pytest.raises(GatewayError, match="version `999`"):
        await prepare(chosen)


async def test_an_unreachable_database_is_said_without_its_password(tmp_path: Path) -> None:
    settings = read_settings(public_url="https://g", data_dir=tmp_path, database="postgresql://u:geheim@127.0.0.1:1/d")
    with pytest.raises(GatewayError) as refused:
        await prepare(settings)
    assert "geheim" not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize(("level", "lines"), [("info", 1), ("warning", 0), ("error", 0)])
async def test_requests_are_logged_from_level_info_on(
    level: str, lines: int, database: Database, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    settings = (await production(database, tmp_path)).model_copy(update={"log_level": level})
    sent = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": "/graphql", "query_string": b"", "headers": [], "client": None
    }  # fmt: skip
    async with gateway_app(settings) as house:
        await house.app(scope, receive, send)
    assert sent[0]["status"] == 401
    assert capsysbinary.readouterr().out.count(b'"event":"request"') == lines
