"""The routes of the explorer."""

from __future__ import annotations

import asyncio
import io
import tempfile
import zipfile
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sim.files.check import load_scenario
from sim.files.packaged import list_scenarios
from sim.lessons.lesson import Lesson, lessons
from sim.lessons.play import SEED
from sim.web import pages
from sim.web.clauses import PLAY, address, changed, needed, settings_of
from sim.web.desk import MOST_RUNS, Desk, Full, Job, Work
from sim.web.guard import Guard
from sim.web.rooms.hall import Hall
from sim.web.rooms.routes import HANDLERS, Classroom
from sim.web.words import WORDS
from sim.world.problems import InputError
from sim.world.scenario import Scenario

LAST_SEED = 2**63 - 1
LAST_RUN = 2**32 - 1
STATIC = Path(__file__).parent / "static"
FILES = {
    "report.html": ("results/report.html", "text/html"),
    "scenario.yaml": ("results/scenario.yaml", "application/yaml"),
    "compared.html": ("compared/report.html", "text/html"),
    "tree.svg": ("tree.svg", "image/svg+xml"),
}
"""What a page shows or can be taken away of what was played, besides the zip of everything."""
PLAYED = ("story", "tree", "many")
"""What can be played of a scenario."""


class Asked:
    """A scenario with the changes that an address holds, and how it is to be played."""

    def __init__(self, given: Mapping[str, str], name: str, pairs: list[tuple[str, str]]) -> None:
        self.name = name
        self.file = given[name]
        self.original: Scenario = load_scenario(self.file)
        self.pairs = needed(self.original, pairs)
        self.changes = [pair for pair in self.pairs if pair[0] not in PLAY]
        self.settings = settings_of(self.changes)
        self.scenario = changed(self.original, self.settings)
        numbers = dict(pairs)
        self.seed = _whole(numbers.get("seed", "7"), "seed", 0, LAST_SEED)
        self.runs = _whole(numbers.get("runs", "200"), "runs", 1, MOST_RUNS)
        self.run = _whole(numbers.get("run", "0"), "run", 0, LAST_RUN)
        self.decision = _whole(numbers.get("decision", "1"), "decision", 1, LAST_RUN)

    def work(self, kind: Any) -> Work:
        """Return the work that this asks for."""
        number = self.runs if kind == "many" else self.run
        decision = self.decision if kind == "tree" else 0
        return Work(kind, self.file, tuple(self.settings), self.seed, number, decision)

    def at(self, decision: int) -> str:
        """Return the address of the tree of another decision of the same run."""
        kept = [pair for pair in self.pairs if pair[0] != "decision"]
        return address(self.name, [*kept, ("decision", str(decision))], "tree")

    def address(self, page: str = "") -> str:
        """Return the address of a page of this."""
        return address(self.name, self.pairs, page)


def _whole(text: str, name: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and low <= int(text) <= high):
        raise InputError(f"{name}: {text[:40]!r} is no whole number from {low} to {high}\n    ")
    return int(text)


def create_app(
    allowed: Collection[str], files: Collection[str] = (), rooms: Path | None = None
) -> Any:
    """Return the explorer as an ASGI application.

    Parameters
    ----------
    allowed : collection of str
        Hosts, with ports, to which it answers (`sim.web.guard.hosts`).
    files : collection of str
        Scenario files to show besides the packaged scenarios.
    rooms : Path, optional
        Where rooms of the classroom are kept; without it they go when the server stops.
    """
    given = {item.name: item.name for item in list_scenarios()}
    given |= {load_scenario(file).name: file for file in files}
    desk: Desk
    hall = Hall(Path())

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        nonlocal desk
        with tempfile.TemporaryDirectory(prefix="deter-explorer-") as folder:
            desk = Desk(Path(folder))
            hall.folder = Path(folder) / "rooms" if rooms is None else rooms
            await desk.open()
            await hall.open()
            try:
                yield
            finally:
                await hall.close()
                await desk.close()

    async def asked(request: Request, pairs: list[tuple[str, str]] | None = None) -> Asked:
        name = request.path_params["name"]
        if name not in given:
            raise _Missing
        items = request.query_params.multi_items() if pairs is None else pairs
        return await asyncio.to_thread(Asked, given, name, items)

    async def index(request: Request) -> Response:
        return HTMLResponse(pages.index(list_scenarios(), sorted(set(given) - _packaged())))

    async def scenario(request: Request) -> Response:
        return HTMLResponse(pages.scenario(await asked(request)))

    async def change(request: Request) -> Response:
        """Turn a form that was sent into the address that says the same."""
        one = await asked(request, await _form(request))
        return RedirectResponse(one.address(), status_code=303)

    def page_of(kind: str) -> Any:
        async def page(request: Request) -> Response:
            one = await asked(request)
            job = desk.find(one.work(kind))
            if job is None or job.state != "done":
                return HTMLResponse(pages.waiting(one, kind, job))
            make = {"story": pages.story, "tree": pages.tree, "many": pages.many}[kind]
            return HTMLResponse(await asyncio.to_thread(make, one, job))

        return page

    def ask_for(kind: str) -> Any:
        async def ask(request: Request) -> Response:
            one = await asked(request, await _form(request))
            desk.ask(one.work(kind))
            return RedirectResponse(one.address(kind), status_code=303)

        return ask

    async def lesson_list(request: Request) -> Response:
        return HTMLResponse(pages.lesson_list(lessons()))

    def work_of(request: Request) -> tuple[str, Lesson, Work]:
        name = request.path_params["name"]
        if name not in lessons():
            raise _Missing
        one = lessons()[name]
        return name, one, Work("lesson", name, (), SEED, one.runs)

    async def lesson_page(request: Request) -> Response:
        name, one, work = work_of(request)
        return HTMLResponse(pages.lesson(name, one, desk.find(work)))

    async def lesson_ask(request: Request) -> Response:
        name, _, work = work_of(request)
        desk.ask(work)
        return RedirectResponse(f"/lessons/{name}", status_code=303)

    def job_of(request: Request) -> Job:
        job = desk.jobs.get(request.path_params["key"])
        if job is None:
            raise _Missing
        return job

    async def state(request: Request) -> Response:
        return JSONResponse(job_of(request).as_dict())

    async def cancel(request: Request) -> Response:
        desk.cancel(job_of(request))
        back = dict(await _form(request)).get("back", "/")
        inside = back.startswith(("/scenarios/", "/lessons/"))
        return RedirectResponse(back if inside else "/", status_code=303)

    async def picture(request: Request) -> Response:
        job, where = job_of(request), request.path_params["where"]
        name = request.path_params["figure"]
        if where not in ("results", "compared") or not name.replace("_", "").isalnum():
            raise _Missing
        return _file(job.folder / where / "figures" / f"{name}.svg", "image/svg+xml")

    async def download(request: Request) -> Response:
        job, name = job_of(request), request.path_params["file"]
        if job.state != "done":
            raise _Missing
        if name == "results.zip":
            data = await asyncio.to_thread(_zipped, job.folder)
            head = {"content-disposition": 'attachment; filename="results.zip"'}
            return Response(data, media_type="application/zip", headers=head)
        if name not in FILES:
            raise _Missing
        path, kind = FILES[name]
        return _file(job.folder / path, kind, name)

    routes = [
        Route("/", index),
        Route("/scenarios/{name}", scenario),
        Route("/scenarios/{name}", change, methods=["POST"]),
        *(Route(f"/scenarios/{{name}}/{kind}", page_of(kind)) for kind in PLAYED),
        *(Route(f"/scenarios/{{name}}/{kind}", ask_for(kind), methods=["POST"]) for kind in PLAYED),
        *Classroom(hall, given).routes(),
        Route("/lessons", lesson_list),
        Route("/lessons/{name}", lesson_page),
        Route("/lessons/{name}", lesson_ask, methods=["POST"]),
        Route("/jobs/{key}", state),
        Route("/jobs/{key}/cancel", cancel, methods=["POST"]),
        Route("/jobs/{key}/{where}/{figure}.svg", picture),
        Route("/jobs/{key}/{file}", download),
        Mount("/static", StaticFiles(directory=STATIC)),
        Mount("/charts", StaticFiles(packages=[("sim.analysis", "scripts")])),
    ]
    app = Starlette(
        routes=routes, lifespan=life,
        exception_handlers={
            InputError: _wrong, _Missing: _missing, 404: _missing, Full: _full, **HANDLERS,
        },
    )  # fmt: skip
    return Guard(app, allowed)


class _Missing(Exception):
    """There is nothing at an address."""


async def _form(request: Request) -> list[tuple[str, str]]:
    body = await request.body()
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=2000)


def _packaged() -> set[str]:
    return {item.name for item in list_scenarios()}


def _file(path: Path, kind: str, save_as: str | None = None) -> Response:
    if not path.is_file():
        raise _Missing
    return FileResponse(path, media_type=kind, filename=save_as)


def _zipped(folder: Path) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return stream.getvalue()


async def _wrong(request: Request, error: Exception) -> Response:
    return HTMLResponse(pages.wrong(str(error)), status_code=400)


async def _missing(request: Request, error: Exception) -> Response:
    return HTMLResponse(pages.missing(), status_code=404)


async def _full(request: Request, error: Exception) -> Response:
    return PlainTextResponse(WORDS["full"], status_code=503)
