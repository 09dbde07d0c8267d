"""What a deployment sets: the environment's `ONCEGATE_*` variables as one frozen value; `docs/settings.md` lists them."""

import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from errors import START_REFUSED, GatewayError

PREFIX = "ONCEGATE_"
SOURCE_PREFIX = "ONCEGATE_SOURCE_"
"""Sources' DSNs, as `sources.toml` names them."""
ROOT = Path(__file__).resolve().parent


class Issuer(BaseModel):
    """An external issuer whose tokens are accepted: its `iss`, the `aud` it must put, and where its JWKS is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    audience: str
    keys: str
    subject_claim: str = "sub"
    token_max_s: int = Field(3600, ge=1)


class Settings(BaseSettings):
    """One deployment. Every field is the variable `ONCEGATE_<FIELD>`; a map's entries are `ONCEGATE_LIMITS__COST=…`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", env_ignore_empty=True
    )

    host: str = Field("127.0.0.1", description="the address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="the port to listen on; `PORT` in the Makefile; 0 takes a free one")
    workers: int = Field(1, ge=1, le=64, description="worker processes that share the port")
    demo: bool = Field(False, description="demo mode: synthetic registers and demo credentials; `cli demo` sets it")
    data_dir: Path = Field(
        ROOT / ".oncegate", description="keys, published heads, connection file, and the embedded database"
    )
    database: SecretStr | None = Field(
        None, description="DSN of our own PostgreSQL, as the role `oncegate_service`; none: the embedded one"
    )
    database_owner: SecretStr | None = Field(
        None, description="DSN of the same database as `oncegate_owner`: migrations and `ledger verify` run with it"
    )
    redis: SecretStr | None = Field(
        None, description="URL of a Redis or Valkey that spares the database work (`redis://`, `rediss://`, `unix://`)"
    )
    webhook_networks: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="private networks in which departments' webhooks may be, separated by commas"
    )
    pool: int = Field(10, ge=1, le=200, description="connections to our own database, per worker")
    catalogue: Path = Field(
        ROOT / "catalogue", description="the folder of the catalogue's files, which seed an empty database"
    )
    profile: str = Field(
        "jiangsu-2017-133", description="the regulation whose figures apply: a file of `catalogue/profiles`"
    )
    network_zone: Literal["extranet", "intranet"] = Field(
        "extranet", description="the network that this deployment serves: 电子政务外网 or 内网"
    )
    sources: Path = Field(ROOT / "catalogue" / "sources.toml", description="where the rows of each resource are")
    public_url: str | None = Field(None, description="scheme, host and port as clients write them; required in production")
    audience: str = Field("oncegate", description="the `aud` of our own tokens")
    token_lifetime_s: int = Field(600, ge=30, le=86_400, description="the life of an access token, seconds")
    issuers: tuple[Issuer, ...] = Field((), description="external issuers, JSON: `[{issuer, audience, keys, …}]`")
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="networks whose `X-Forwarded-For` and certificate header are believed, separated by commas"
    )
    receipt_algorithm: Literal["EdDSA", "SM2"] = Field(
        "EdDSA", description="what receipts are signed with: Ed25519, or SM2 with the package `gmssl-pyx`"
    )
    limits: dict[str, int] = Field(
        default_factory=dict, description="limits that differ from the defaults below, one variable each"
    )
    server_timing: bool = Field(False, description="send `Server-Timing`; the demo always does")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="the least level that is logged")
    head_interval_s: int = Field(
        60, ge=1, le=3_600, description="how often the ledger's head is signed and published, seconds"
    )
    drain_s: int = Field(10, ge=1, le=300, description="how long running requests may take to end at a stop, seconds")

    @field_validator("trusted_proxies", "webhook_networks", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def read_settings(**chosen: object) -> Settings:
    """The settings of the environment, `chosen` ones before them. Raises START_REFUSED naming all that are wrong."""
    _refuse_unknown()
    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as fault:
        # the values are not repeated: one of them may be a secret
        wrong = [f"`{PREFIX}{'__'.join(map(str, one['loc'])).upper()}`: {one['msg']}" for one in fault.errors()]
        raise GatewayError(
            START_REFUSED, "settings are wrong:\n" + "\n".join(wrong), "correct them; `docs/settings.md` lists all settings"
        ) from None


def http_address(host: str, port: int) -> str:
    """Where this machine is reached, as a URL writes it: an IPv6 address stands in brackets."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _refuse_unknown() -> None:
    """A variable with a slip in its name would be passed over in silence."""
    known = [f"{PREFIX}{name}".upper() for name in Settings.model_fields]
    for name in os.environ:
        if name.startswith(PREFIX) and not name.startswith(SOURCE_PREFIX) and name.partition("__")[0] not in known:
            close = get_close_matches(name, known, 1)
            hint = f"did you mean `{close[0]}`?" if close else "`docs/settings.md` lists all settings"
            raise GatewayError(START_REFUSED, f"the setting `{name}` is unknown", hint)
