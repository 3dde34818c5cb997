"""Measure how soon an order is seen by a whole class.

    python tests/benchmarks/classroom.py [--students N] [--orders N] [--json]

A server of its own on this machine, a room of the packaged Senkaku scenario, and students that each
wait for news as browsers do. Whoever is asked sends an order; what is measured is the time from
before it is sent until each of the others has been told, and until it was acknowledged, which is
once it is on the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx2 as httpx

sys.path.insert(0, str(Path(__file__).parent))

from machine import machine_line

SEATS = ("japan", "china", "united_states")


class Student:
    """Somebody who waits for news."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.told: dict[str, Any] = {}
        self.heard: dict[int, float] = {}
        """By the number of choices that were made: when it was told of."""

    async def listen(self, client: Any) -> None:
        seen = ""
        while True:
            answer = await client.get(f"{self.at}/now", params={"seen": seen}, timeout=60)
            self.told = answer.json()
            self.heard.setdefault(self.told["number"], time.perf_counter())
            seen = str(self.told["version"])


async def measure(here: str, students: int, orders: int) -> dict[str, Any]:
    """Return the times of orders in milliseconds."""
    limits = httpx.Limits(max_connections=students + 4)
    headers = {"origin": here}
    async with httpx.AsyncClient(base_url=here, headers=headers, limits=limits) as client:
        form = {"scenario": "senkaku", "seed": "7", "seconds": "0"}
        teacher = (await client.post("/rooms/open", data=form, timeout=300)).headers["location"]
        code = teacher.split("/")[2]
        people = []
        for number in range(students):
            data = {"seat": SEATS[number % len(SEATS)], "name": f"student {number}"}
            found = await client.post(f"/rooms/{code}/join", data=data)
            people.append(Student(found.headers["location"]))
        tasks = [asyncio.create_task(one.listen(client)) for one in people]
        seen, kept = [], []
        while len(kept) < orders:
            await asyncio.sleep(0.3)
            asked = next((one for one in people if one.told.get("asked")), None)
            if asked is None:
                if people[0].told.get("over"):
                    await client.post(f"{teacher}/control", data={"what": "rewind"})
                await client.post(f"{teacher}/control", data={"what": "go", "turns": "6"})
                continue
            number = asked.told["number"]
            data = {
                "option": asked.told["asked"]["options"][-1]["key"], "number": str(number),
                "reason": "measured",
            }  # fmt: skip
            began = time.perf_counter()
            (await client.post(f"{asked.at}/choose", data=data)).raise_for_status()
            kept.append(time.perf_counter() - began)
            while not all(max(one.heard) > number for one in people):
                await asyncio.sleep(0.001)
            for one in people:
                later = min(count for count in one.heard if count > number)
                seen.append(one.heard[later] - began)
        for task in tasks:
            task.cancel()
    return {
        "students": students, "orders": len(kept),
        "median_ms": round(1000 * statistics.median(seen), 1),
        "slowest_in_twenty_ms": round(1000 * statistics.quantiles(seen, n=20)[-1], 1),
        "acknowledged_median_ms": round(1000 * statistics.median(kept), 1),
    }  # fmt: skip


def main() -> None:
    """Start a server, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--orders", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as rooms:
        command = ["serve", "--port", str(port), "--rooms", rooms]
        server = subprocess.Popen([sys.executable, "-m", "sim", *command], stdout=subprocess.PIPE)
        assert server.stdout is not None
        server.stdout.readline()
        try:
            found = asyncio.run(measure(f"http://127.0.0.1:{port}", given.students, given.orders))
        finally:
            server.terminate()
            server.wait()
    if given.json:
        print(json.dumps(found))
        return
    print(machine_line())
    for name, value in found.items():
        print(f"{name:24} {value}")


if __name__ == "__main__":
    main()
