"""A web server on loopback for tests, and a Door whose checked addresses all lead to it."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from geo.read.fetch import Door

PUBLIC = ("93.184.216.34",)


@dataclass
class Reply:
    """What the server says to one request."""

    data: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """One request as it came in."""

    host: str
    path: str
    headers: Mapping[str, str]


@dataclass
class Web:
    """The server: `replies` says what to answer by (host, path), host "" for any; else `otherwise`."""

    port: int
    replies: dict[tuple[str, str], Reply | Callable[[Asked], Reply]] = field(default_factory=dict)
    otherwise: Reply = field(default_factory=lambda: Reply(b"not here", 404))
    asked: list[Asked] = field(default_factory=list)
    connected_to: list[tuple[str, int]] = field(default_factory=list)
    names: dict[str, Sequence[str]] = field(default_factory=dict)
    """What the resolver knows; other hosts are public."""

    def door(self, **more: object) -> Door:
        """The real door with all its checks; only the last step leads here instead of out."""
        return Door(resolve=self.resolve, connect=self._connect, **more)  # type: ignore[arg-type]

    def resolve(self, host: str, port: int) -> Sequence[str]:
        return self.names.get(host, PUBLIC)

    def _connect(self, address: str, port: int, patience_s: float) -> socket.socket:
        self.connected_to.append((address, port))
        return socket.create_connection(("127.0.0.1", self.port), patience_s)

    def paths(self) -> list[str]:
        return [row.path for row in self.asked]


@contextmanager
def serving() -> Iterator[Web]:
    """A server for the time of the block."""
    web = Web(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = (self.headers["Host"] or "").partition(":")[0]
            asked = Asked(host, self.path, {k.lower(): v for k, v in self.headers.items()})
            web.asked.append(asked)
            found = web.replies.get((host, self.path)) or web.replies.get(("", self.path)) or web.otherwise
            reply = found(asked) if callable(found) else found
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers and "Transfer-Encoding" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.data)))
            self.end_headers()
            if reply.data:
                self.wfile.write(reply.data)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
