"""Who may ask: only pages of this server, at the addresses it was started for.

A browser sends requests for any page it shows, also to servers on the same machine. So requests
that name another host are refused (a name that was pointed here: DNS rebinding), and those that
change something must come from a page of this server. What is sent out says that nothing else may
be loaded or framed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

POLICY = (
    "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'"
)
# with "no-referrer" browsers send forms without saying where they come from (Origin: null)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
LARGEST = 65_536
"""Bytes that may be sent with a request."""


def hosts(address: str, port: int) -> frozenset[str]:
    """Return what a request may name as its host, for a server at an address and a port."""
    names = {"127.0.0.1", "localhost", "[::1]"}
    names.add(f"[{address}]" if ":" in address else address)
    return frozenset(f"{name}:{port}" for name in names)


class Guard:
    """Refuses what does not come from this server's own pages, and marks all that goes out.

    Parameters
    ----------
    app : ASGI application
    allowed : collection of str
        Hosts with their ports: see `hosts`.
    """

    def __init__(self, app: Any, allowed: Collection[str]) -> None:
        self.app, self.allowed = app, frozenset(allowed)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def marked(message: Any) -> None:
            if message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0].decode() not in HEADERS]
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*kept, *own]}
            await send(message)

        given = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        if wrong := self._wrong(scope["method"], given):
            await _refuse(marked, *wrong)
            return
        await self.app(scope, receive, marked)

    def _wrong(self, method: str, given: dict[str, str]) -> tuple[int, str] | None:
        if given.get("host", "") not in self.allowed:
            return 421, "this server does not answer to that name"
        if method in ("GET", "HEAD"):
            return None
        if method != "POST":
            return 405, "only reading and sending forms"
        origin = urlsplit(given.get("origin", ""))
        if origin.scheme != "http" or origin.netloc not in self.allowed:
            return 403, "only pages of this server may ask that"
        length = given.get("content-length", "")
        if not length.isdecimal() or int(length) > LARGEST:
            return 413, "that is too much to send"
        return None


async def _refuse(send: Any, status: int, why: str) -> None:
    body = why.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
