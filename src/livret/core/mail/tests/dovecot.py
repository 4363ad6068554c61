"""A real mail box for tests: Debian's Dovecot on this machine's own address, in a folder that goes with it.

It runs as whoever runs the tests; root hands the mail to `nobody`, since Dovecot gives no mail to root.
"""

from __future__ import annotations

import getpass
import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

USER, PASSWORD = "support", "boîte-ouverte".encode().hex()
START_TIMEOUT_S = 15
CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server with one user."""

    folder: Path
    port: int
    process: subprocess.Popen

    def client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, PASSWORD)
        return client

    def bring(self, raw: bytes, *, flags: str = "") -> None:
        """Put a mail into the mail box, as a delivery would."""
        with self.client() as client:
            client.append("INBOX", flags, None, raw)

    def held(self, folder: str = "INBOX") -> int:
        with self.client() as client:
            status, (count,) = client.select(folder, readonly=True)
            return int(count) if status == "OK" else 0

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Dovecot:
    """Start a Dovecot, or skip where there is none; fail there if LIVRET_DOVECOT_REQUIRED is set."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        message = "no Dovecot here: install the system's package (Debian: apt install dovecot-imapd)"
        if os.environ.get("LIVRET_DOVECOT_REQUIRED"):
            pytest.fail(message)
        pytest.skip(message)
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)
    owner = pwd.getpwnam("nobody" if os.getuid() == 0 else getpass.getuser())
    for name in ("run", "state", "mail"):
        (folder / name).mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    (folder / "log").touch()
    return _started(program, folder, owner)


def _started(program: str, folder: Path, owner: pwd.struct_passwd) -> Dovecot:
    port = _free_port()
    is_root = os.getuid() == 0
    names = {
        "internal": "dovecot" if is_root else owner.pw_name,
        "internal_group": "dovecot" if is_root else grp.getgrgid(owner.pw_gid).gr_name,
        "login": "dovenull" if is_root else owner.pw_name,
    }
    facts = {"folder": folder, "port": port, "uid": owner.pw_uid, "gid": owner.pw_gid, "password": PASSWORD, **names}
    (folder / "dovecot.conf").write_text(CONFIGURATION.format(**facts))
    process = subprocess.Popen(
        [program, "-F", "-c", str(folder / "dovecot.conf")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + START_TIMEOUT_S
    while not _answers(port):
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.05)
    return Dovecot(folder, port, process)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as opened:
            return opened.recv(4) == b"* OK"
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
