"""What is kept: the database as a dump of it, Valkey with the queue in it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from redis import Redis

from infra.embedded.binaries import Programs


def dump() -> str:
    """All that PostgreSQL's own pg_dump writes of the database."""
    database = connection.settings_dict
    user, password = quote(database["USER"] or ""), quote(database["PASSWORD"] or "")
    host, port = database["HOST"] or "127.0.0.1", database["PORT"] or 5432
    url = f"postgresql://{user}:{password}@{host}:{port}/{database['NAME']}"
    with tempfile.TemporaryDirectory() as runtime:
        programs = Programs(os.environ, Path(runtime), None).postgres()
        done = subprocess.run(
            [programs / "pg_dump", "--dbname", url], check=True, capture_output=True, timeout=60
        )
    return done.stdout.decode("utf-8", "replace")


def valkey() -> str:
    """Every key of Valkey with all it holds."""
    with Redis.from_url(settings.REDIS_URL) as client:
        return "\n".join(_entries(client))


def _entries(client: Redis) -> Iterator[str]:
    read = {
        b"string": lambda key: [client.get(key)],
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"hash": client.hgetall,
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        b"stream": client.xrange,
    }
    for key in client.scan_iter(count=1000):
        kind = client.type(key)
        if kind != b"none":  # gone meanwhile
            yield f"{key!r} {read[kind](key)!r}"
