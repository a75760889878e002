"""A proxy in front of the dashboard."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


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
        threading.Thread(target=_connect, args=(client, port), daemon=True).start()


def _connect(client: socket.socket, port: int) -> None:
    with client:
        try:
            server = socket.create_connection(("127.0.0.1", port))
        except OSError:  # the dashboard has been stopped, and a page asks once more
            return
        with server:
            back = threading.Thread(target=_pass_on, args=(server, client, False), daemon=True)
            back.start()
            _pass_on(client, server, True)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket, is_request: bool) -> None:
    """All that the source sends, to the target; then both ends know that no more comes.

    A socket is closed by `_connect` alone, when nobody reads it any more: closed under a reader, it stays open to the
    other side, which waits for an answer, and its number may be that of a new connection.
    """
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
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
