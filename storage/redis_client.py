"""The connection to Redis or Valkey, where one is configured. It is a help, never the truth: nothing waits for it long."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from errors import START_REFUSED, GatewayError

CONNECT_S = 5.0


def open_redis(url: str) -> Redis:
    """A client of `redis://`, `rediss://` or `unix://`: it connects at its first command, repeats none by itself, and sets
    no deadline of its own.

    Raises START_REFUSED for a URL that cannot be read.
    """
    try:
        client: Redis = Redis.from_url(
            url,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=CONNECT_S,
            socket_timeout=None,  # the callers' deadlines are shorter
            client_name="oncegate",
        )
    except (ValueError, RedisError):
        raise GatewayError(
            START_REFUSED, "`ONCEGATE_REDIS` is no URL of a Redis or Valkey", "write `redis://[user:password@]host:port/0`"
        ) from None
    return client
