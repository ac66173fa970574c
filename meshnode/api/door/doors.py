"""A node's ways in for people: the UNIX socket, and the board over HTTP where it is wanted."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager

from meshnode.api.app import admin_app, public_app
from meshnode.api.door.app_files import read_app_files
from meshnode.api.door.map_file import MapFile
from meshnode.api.door.server import serve
from meshnode.api.door.sockets import (
    browser_address,
    tcp_listener,
    told_address,
    told_names,
    unix_listener,
)
from meshnode.node.config import Config
from meshnode.node.home import Home
from meshnode.node.languages import load_languages
from meshnode.node.service import Service


@asynccontextmanager
async def open_doors(service: Service, home: Home, config: Config) -> AsyncIterator[Sequence[str]]:
    """Let people in while the block lasts; yield the addresses, a browser's first.

    Raises:
        LimitError: A port is taken, or another node runs in this home.
        StoreError: The socket cannot be made.
    """
    stop = asyncio.Event()
    languages = load_languages()
    addresses = []
    with ExitStack() as stack:
        served = [(admin_app(service, languages), stack.enter_context(unix_listener(home.socket)))]
        if config.http.listen:
            listening = stack.enter_context(tcp_listener(config.http.listen))
            address = told_address(config.http.address) or browser_address(listening)
            board = public_app(
                service,
                languages,
                told_names(config.http.address),
                language=config.node.language,
                app_files=read_app_files(),
                map_file=MapFile(home.map_of(config.http)),
                app_origin=config.http.app_origin,
                portal_address=address if config.http.portal else "",
            )
            served.append((board, listening))
            addresses.append(address)
            service.phones.address = addresses[0]
        addresses.append(f"unix:{home.socket}")
        async with asyncio.TaskGroup() as tasks:
            for app, listening in served:
                tasks.create_task(serve(app, listening, stop=stop))
            try:
                yield addresses
            finally:
                stop.set()
