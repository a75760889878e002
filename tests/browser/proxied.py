"""A proxy in front of the dashboard."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def proxy(port: int, own: int = 0) -> Iterator[int]:
    """A proxy that does what proxies do: says so in a header of each connection's first request.

    Args:
        own: the port that it answers on; 0 for any that is free.
    """
    with socket.create_server(("127.0.0.1", own)) as listener:
        threading.Thread(target=_accept, args=(listener, port), daemon=True).start()
        yield int(listener.getsockname()[1])


def _accept(listener: socket.socket, port: int) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        try:
            server = socket.create_connection(("127.0.0.1", port))
        except OSError:  # the dashboard has been stopped, and a page asks once more
            client.close()
            continue
        threading.Thread(target=_pass_on, args=(client, server, True), daemon=True).start()
        threading.Thread(target=_pass_on, args=(server, client, False), daemon=True).start()


def _pass_on(source: socket.socket, target: socket.socket, is_request: bool) -> None:
    is_first = is_request
    try:
        while data := source.recv(65_536):
            if is_first:
                line, rest = data.split(b"\r\n", 1)
                data = line + b"\r\nX-Forwarded-For: 192.0.2.1\r\n" + rest
                is_first = False
            target.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, target):
            end.close()
