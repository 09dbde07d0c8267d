"""A worker in a process of its own: takes units of one key for a while, then tells how many it was given."""

import asyncio
import json
import random
import sys
import time

from resolvers.ports.counters import Counters, Take
from storage.pool import open_pool
from storage.redis_counters import open_counters

AT_ONCE = 8


async def work(counters: Counters, key: str, limit: int, until: float, told: dict[str, int]) -> None:
    pick = random.Random()
    while time.monotonic() < until:
        units = pick.choice((1, 1, 1, 2, 5, limit // 50))
        began = time.monotonic()
        try:
            (fits,) = await counters.take([Take(key, units, limit)])
        except Exception as problem:
            print(repr(problem), file=sys.stderr)
            told["failed"] += 1
            continue
        told["slowest_ms"] = max(told["slowest_ms"], int((time.monotonic() - began) * 1000))
        told["given"] += units * fits
        told["refused"] += not fits
        await asyncio.sleep(pick.random() * 0.004)


async def main(dsn: str, redis_url: str, key: str, limit: int, seconds: float) -> None:
    told = {"given": 0, "refused": 0, "failed": 0, "slowest_ms": 0, "troubles": 0}

    def trouble(_: Exception) -> None:
        told["troubles"] += 1

    pool = await open_pool(dsn, application_name="test counters", size=2)
    async with open_counters(pool, redis_url or None, trouble) as counters:
        until = time.monotonic() + seconds
        await asyncio.gather(*(work(counters, key, limit, until, told) for _ in range(AT_ONCE)))
    await pool.close()
    print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), float(sys.argv[5])))
