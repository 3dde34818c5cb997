"""The server answers to its own pages only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from sim.web.app import create_app
from sim.web.guard import LARGEST, POLICY, hosts

HOST = "127.0.0.1:8090"
OWN = {"origin": f"http://{HOST}"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(hosts("127.0.0.1", 8090)), base_url=f"http://{HOST}") as made:
        yield made


def test_it_answers_to_its_own_names(client: TestClient) -> None:
    for host in (HOST, "localhost:8090", "[::1]:8090"):
        assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example:8090", "127.0.0.1:80", "127.0.0.1", ""])
def test_a_name_pointed_here_gets_nothing(client: TestClient, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "deter" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "null"}, {"origin": "http://evil.example"}, {"origin": f"https://{HOST}"}],
)
def test_a_page_of_another_server_changes_nothing(
    client: TestClient, headers: dict[str, str]
) -> None:
    answer = client.post("/scenarios/senkaku/story", data={"run": "0"}, headers=headers)
    assert answer.status_code == 403


def test_what_is_sent_is_bounded(client: TestClient) -> None:
    answer = client.post("/scenarios/senkaku", content=b"a" * (LARGEST + 1), headers={**OWN})
    assert answer.status_code == 413
    assert client.put("/", headers=OWN).status_code == 405


def test_every_answer_says_what_may_be_loaded(client: TestClient) -> None:
    for path in ("/", "/scenarios/senkaku", "/static/explorer.js", "/nowhere", "/jobs/none"):
        answer = client.get(path)
        assert answer.headers["content-security-policy"] == POLICY
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY
    assert POLICY.startswith("default-src 'self';")


def test_no_page_names_another_server(client: TestClient) -> None:
    for path in ("/", "/scenarios/senkaku", "/static/explorer.js", "/static/explorer.css"):
        text = client.get(path).text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
