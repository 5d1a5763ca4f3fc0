"""The floor of (a): what a plain program does that decides one bid a transaction.

Raw psycopg: lock the auction's row, insert a bid, update the row, commit. No rules, no hash, no
signature, no socket.
"""

from __future__ import annotations

import threading
import time

import psycopg

CONNECTIONS = (1, 4)  # four save the round trips between two locks; more only queue
_TABLES = """
DROP TABLE IF EXISTS bench_bid, bench_auction;
CREATE TABLE bench_auction (id int PRIMARY KEY, head int NOT NULL, best numeric NOT NULL);
CREATE TABLE bench_bid (auction int, seq int, body text NOT NULL, hash bytea NOT NULL,
  PRIMARY KEY (auction, seq));
INSERT INTO bench_auction VALUES (1, 0, 1000000);
"""
_BODY = "x" * 250  # about what a bid's entry holds


def bids_per_second(owner_url: str, seconds: float) -> float:
    """The best of several numbers of connections."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(_TABLES)
    return max(_rate(owner_url, number, seconds / len(CONNECTIONS)) for number in CONNECTIONS)


def _rate(url: str, connections: int, seconds: float) -> float:
    done: list[int] = []
    start = threading.Barrier(connections + 1)
    ended = threading.Event()

    def bid() -> None:
        committed = 0
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            start.wait()
            while not ended.is_set():
                _one(cursor)
                connection.commit()
                committed += 1
        done.append(committed)

    threads = [threading.Thread(target=bid) for _ in range(connections)]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.monotonic()
    time.sleep(seconds)
    ended.set()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - began)


def _one(cursor: psycopg.Cursor[tuple[int]]) -> None:
    cursor.execute("SELECT head FROM bench_auction WHERE id = 1 FOR UPDATE")
    (head,) = cursor.fetchone() or (0,)
    cursor.execute("INSERT INTO bench_bid VALUES (1, %s, %s, %s)", (head + 1, _BODY, b"h" * 32))
    cursor.execute(
        "UPDATE bench_auction SET head = %s, best = best - 0.01 WHERE id = 1", (head + 1,)
    )
