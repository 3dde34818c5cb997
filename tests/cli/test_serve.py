"""`deter serve` as a user meets it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_says_where_it_is_and_stops_at_ctrl_c():
    port = free_port()
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "sim", "serve", "--port", str(port)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
    ) as server:  # fmt: skip
        try:
            line = server.stdout.readline()
            address = re.match(r"http://127\.0\.0\.1:\d+", line)
            assert address, line
            with urllib.request.urlopen(address[0], timeout=30) as page:
                assert "Senkaku" in page.read().decode()
            server.send_signal(signal.SIGINT)
            assert server.wait(30) in (0, 130)
            assert "Traceback" not in server.stderr.read()
        finally:
            server.kill()


def test_a_port_in_use_is_one_clear_message(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = run("serve", "--port", str(taken.getsockname()[1]))
    assert code == 1
    assert "choose another --port" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("given", "told"),
    [(["--lan", "my laptop"], "no address"), (["nowhere.yaml"], "nowhere.yaml")],
)
def test_mistakes_are_explained(run, given, told):
    code, _, err = run("serve", *given)
    assert code == 1
    assert told in err
