"""A mail server at the network's edge: it speaks enough of SMTP to take messages, or to refuse them."""

from __future__ import annotations

import socketserver
import threading
import time


class SmtpServer(socketserver.ThreadingTCPServer):
    """Keeps each message it takes in `taken`. refusal: the answer to DATA instead, such as "451 later"."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.taken: list[bytes] = []
        self.refusal = ""
        self.pause_s = 0.0
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Session(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        self._say("220 test")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self._take()
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        if self.server.refusal:
            self._say(self.server.refusal)
            return
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()).rstrip(b"\r\n") != b".":
            lines.append(line)
        time.sleep(self.server.pause_s)
        self.server.taken.append(b"".join(lines))
        self._say("250 taken")

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())
