"""`deter serve`: the explorer in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.options import Quiet

EXAMPLES = ("deter serve", "deter serve my_scenario.yaml --port 8100")


def command(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE]…", help="Scenario files to show besides the packaged."),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8090,
    lan: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Listen on this address of this machine instead."),
    ] = None,
    rooms: Annotated[
        Path, typer.Option(metavar="DIR", help="Where rooms of the classroom are kept.")
    ] = Path("results/rooms"),
    quiet: Quiet = False,
) -> None:
    """Show scenarios in a browser: read, change, play once, many times, or in class.

    Only this machine can reach the pages. With --lan whoever can reach that address can, too: they
    can play scenarios on this machine and open rooms, and do nothing else. Ctrl-C stops the server;
    what was played is gone with it, but rooms are kept and go on when it is started again.
    """
    from sim.files.check import load_scenario
    from sim.world.problems import InputError

    for file in files or []:
        load_scenario(file)
    try:
        import uvicorn

        from sim.web.app import create_app
    except ImportError as error:
        raise InputError(
            f'deter serve needs {error.name}, which is not installed\n    pip install "deter[web]"'
        ) from None
    import socket
    from ipaddress import ip_address

    address = "127.0.0.1"
    if lan is not None:
        try:
            address = str(ip_address(lan))
        except ValueError:
            raise InputError(
                f"--lan: '{lan[:80]}' is no address\n    give one of this machine, as 192.168.1.20"
            ) from None
        typer.echo(f"whoever reaches {address} can now play scenarios on this machine", err=True)
    shown = f"[{address}]" if ":" in address else address
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((address, port))
            # whoever opens the address that is printed below waits rather than being refused
            listening.listen(128)
        except OSError as error:
            raise InputError(
                f"cannot listen on {shown}:{port}: {error.strerror}\n    choose another --port"
                + (" or an address of this machine" if lan else "")
            ) from None
        from sim.web.guard import hosts

        if not quiet:
            typer.echo(f"http://{shown}:{port}  (Ctrl-C stops it)")
        app = create_app(hosts(address, port), files or [], rooms)
        uvicorn.Server(
            uvicorn.Config(app, log_level="error", server_header=False, access_log=False)
        ).run([listening])
