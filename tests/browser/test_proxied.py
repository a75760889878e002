"""The proxy of these tests closes what the server closes, so that no page waits for an answer that never comes."""

from __future__ import annotations

import socket

from proxied import proxy


def test_a_connection_that_the_server_closes_is_closed_for_the_client_too():
    with socket.create_server(("127.0.0.1", 0)) as server, proxy(server.getsockname()[1]) as port:
        client = socket.create_connection(("127.0.0.1", port), timeout=10)
        taken, _ = server.accept()
        client.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert b"X-Forwarded-For" in taken.recv(1000)
        taken.close()
        assert client.recv(1000) == b""
        client.close()
