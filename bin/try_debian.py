"""From a plain Debian to a verified auction: what ``bin/run`` promises, on a machine without it.

``bin/try-debian`` makes a Debian with Python in a temporary folder, puts the committed checkout
there, starts ``bin/run`` within, watches a live auction in which ``examples/bidder.py`` bids, and
has the downloaded verifier of that Debian's bare Python judge the export and a forged copy. Then
everything is stopped and deleted. It needs root, debootstrap, git, the network and some minutes.

The work is done in namespaces of its own: no mount is seen outside, and no process outlives it.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import journey  # noqa: E402  (standard library only)

PACKAGES = ("python3", "python3-venv", "ca-certificates")
NEEDED = ("debootstrap", "unshare", "chroot", "mount", "git")
CHECKOUT, WORK = Path("/srv/fairfall"), Path("/srv/journey")  # within the Debian
PYTHON = "/usr/bin/python3"
FOR_NETWORK = re.compile(r"(PIP_.*|.*_proxy|SSL_CERT_FILE|REQUESTS_CA_BUNDLE)", re.IGNORECASE)
READY_WITHIN = 1800.0  # the packages are downloaded
ENDED_WITHIN = 240.0


class Failed(Exception):
    """It did not work; the text says what, in a sentence."""


def main() -> int:
    """0 when the whole journey succeeded, 1 when not, 2 when it could not begin."""
    options = _parser().parse_args()
    if options.inside is not None:
        return _within(options.inside, options)
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if os.geteuid() != 0:
        return _cannot("bin/try-debian makes a Debian in a folder, which only root may: use sudo.")
    if missing:
        return _cannot(f"bin/try-debian needs {', '.join(missing)}: apt install debootstrap git.")
    if options.mirror is None and (mirror := _mirror_of_apt()) is not None:
        options.mirror = mirror
    if options.mirror is None:
        return _cannot("apt names no Debian mirror here: give one with --mirror.")
    return _in_namespaces(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/try-debian", description=__doc__.split("\n")[0])
    parser.add_argument("--mirror", help="where Debian comes from (default: what apt uses)")
    parser.add_argument("--suite", default="bookworm", help="the release (default: bookworm)")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    return parser


def _cannot(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


def _mirror_of_apt() -> str | None:
    """The first address that apt has packages from, security updates aside."""
    if shutil.which("apt-get") is None:
        return None
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    return next((uri for uri in listed if "security" not in uri and "://" in uri), None)


def _in_namespaces(options: argparse.Namespace) -> int:
    """Run this program again where its mounts and processes end with it; then delete the folder."""
    folder = Path(tempfile.mkdtemp(prefix="fairfall-debian-"))
    folder.chmod(0o755)
    command = [
        *("unshare", "--mount-proc", "--pid", "--fork", "--kill-child"),
        *(sys.executable, str(Path(__file__).resolve()), "--inside", str(folder)),
        *("--mirror", options.mirror, "--suite", options.suite),
    ]
    try:
        process = subprocess.Popen(command, start_new_session=True)
        signal.signal(signal.SIGINT, _stop)
        signal.signal(signal.SIGTERM, _stop)
        try:
            return process.wait()
        except _Stopped:
            _end(process)
            print("Stopped.", file=sys.stderr)
            return 130
    finally:
        shutil.rmtree(folder)


class _Stopped(BaseException):
    """Ctrl-C, or somebody's signal."""


def _stop(*_: object) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # the folder must still be deleted
    raise _Stopped


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the first process of the namespace, and by that all others; returns when they have."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    for number in children.read_text().split():
        os.kill(int(number), signal.SIGKILL)
    process.wait()


def _within(folder: Path, options: argparse.Namespace) -> int:
    began = time.monotonic()
    debian = Debian(folder / "root", folder / "debootstrap.log")
    try:
        debian.make(options.mirror, options.suite)
        debian.put_checkout()
        _say(f"A Debian {options.suite} with Python stands after {_since(began)}")
        with Site(debian) as site:
            _say(f"bin/run is ready after {_since(began)}")
            _walk(debian, site)
    except (Failed, AssertionError) as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    left = debian.processes()
    if left:
        print(f"Failed: left running after the stop: {', '.join(left)}", file=sys.stderr)
        return 1
    _say(f"Everything held, everything is stopped, after {_since(began)}")
    return 0


def _say(text: str) -> None:
    print(text, flush=True)


def _since(began: float) -> str:
    return f"{time.monotonic() - began:.0f} s"


class Debian:
    """A Debian in a folder, with this machine's way to the network."""

    def __init__(self, root: Path, log: Path) -> None:
        self.root = root
        self._log = log

    def make(self, mirror: str, suite: str) -> None:
        """Install it; raises Failed with debootstrap's last line."""
        command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}"]
        with open(self._log, "wb") as output:
            done = subprocess.run(
                [*command, suite, str(self.root), mirror],
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            last = self._log.read_text(errors="replace").splitlines()[-1:]
            raise Failed(f"debootstrap: {''.join(last) or 'no message'}")
        self._mount("proc", "proc", "proc")
        (self.root / "dev/shm").mkdir(exist_ok=True)
        self._mount("tmpfs", "tmpfs", "dev/shm")
        for name in ("resolv.conf", "hosts"):
            if Path("/etc", name).exists():
                shutil.copy(Path("/etc", name), self.root / "etc" / name)
        for value in self.environment().values():
            if Path(value).is_absolute() and Path(value).is_file():  # certificates
                inside = self.root / value.lstrip("/")
                inside.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(value, inside)

    def _mount(self, kind: str, what: str, where: str) -> None:
        subprocess.run(["mount", "-t", kind, what, str(self.root / where)], check=True)

    @staticmethod
    def environment() -> dict[str, str]:
        """A stranger's surroundings, and how this machine reaches the network."""
        network = {name: text for name, text in os.environ.items() if FOR_NETWORK.fullmatch(name)}
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return {"HOME": "/root", "LANG": "C.UTF-8", "PATH": path, **network}

    def put_checkout(self) -> None:
        """What is committed here, without history and without what lies about."""
        place = self.root / str(CHECKOUT).lstrip("/")
        place.mkdir(parents=True)
        (self.root / str(WORK).lstrip("/")).mkdir(parents=True)
        # The folder may belong to somebody else than root.
        git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "archive", "HEAD"]
        archive = subprocess.run(git, capture_output=True, check=False)
        if archive.returncode:
            raise Failed(f"git archive: {archive.stderr.decode().strip()}")
        subprocess.run(["tar", "-x", "-C", str(place)], input=archive.stdout, check=True)

    def start(self, folder: Path, command: Sequence[str], **more: str) -> subprocess.Popen[str]:
        """A program within, its output in one pipe."""
        return subprocess.Popen(
            self._within(folder, command),
            env={**self.environment(), **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def python(self, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """The bare Python within, in the journey's folder."""
        return subprocess.run(
            self._within(WORK, [PYTHON, *arguments]),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def _within(self, folder: Path, command: Sequence[str]) -> list[str]:
        entered = 'cd "$0" && exec "$@"'
        return ["chroot", str(self.root), "/bin/sh", "-c", entered, str(folder), *command]

    def processes(self) -> list[str]:
        """The programs that still run within."""
        found = []
        for process in Path("/proc").iterdir():
            try:
                inside = process.name.isdigit() and (process / "root").readlink() == self.root
                command = (process / "cmdline").read_bytes() if inside else b""
            except OSError:
                continue
            if command:
                found.append(command.replace(b"\0", b" ").decode().strip())
        return found


class Site:
    """bin/run within, as a context; raises Failed when it does not come up."""

    def __init__(self, debian: Debian) -> None:
        self._debian = debian
        self._lines: list[str] = []
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"

    def __enter__(self) -> Site:
        command = ["bin/run", "--port", str(self.port)]
        self._process = self._debian.start(CHECKOUT, command, DEMO="1")
        assert self._process.stdout is not None
        reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        reader.start()
        until = time.monotonic() + READY_WITHIN
        while not any("Ctrl-C stops everything" in line for line in self._lines):
            if self._process.poll() is not None or time.monotonic() > until:
                reader.join(1)
                self._stop()
                raise Failed(f"bin/run did not come up: {' / '.join(self._lines[-3:])}")
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        if self._stop() != 0:
            raise Failed(f"bin/run did not stop as asked: {' / '.join(self._lines[-3:])}")

    def _stop(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _read(self, stream: IO[str]) -> None:
        for line in stream:
            self._lines.append(line.rstrip())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _Forms(HTMLParser):
    """The forms of a page: where each goes, its hidden fields and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), {}, []))
        elif tag == "input" and self.forms and given.get("type") == "hidden":
            self.forms[-1][1][given["name"]] = given.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.forms:
            self.forms[-1][2].append(data)


class Visitor:
    """A person of the journey, by a session of its own."""

    def __init__(self, url: str, name: str) -> None:
        """Sign in with the demonstration's button for that person."""
        self._url = url
        self._cookies = http.cookiejar.CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self._cookies)
        direct = urllib.request.ProxyHandler({})
        self._opener = urllib.request.build_opener(cookies, direct)
        page = _Forms()
        page.feed(self.fetch("/accounts/login/").decode())
        for action, fields, text in page.forms:
            if name in "".join(text):
                self._send("POST", action, urllib.parse.urlencode(fields).encode(), {})
                return
        raise Failed(f"the sign-in page of the demonstration offers no {name}")

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call of the API; it must succeed."""
        token = next((each.value for each in self._cookies if each.name == "csrftoken"), "")
        given = {"Content-Type": "application/json", "X-CSRFToken": token or "", **headers}
        data = None if body is None else json.dumps(body).encode()
        answer = self._send(method, f"/api/v1/{path}", data, given)
        return json.loads(answer) if answer else None

    def fetch(self, path: str) -> bytes:
        """A page or file, which must be there."""
        return self._send("GET", path, None, {})

    def _send(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> bytes:
        request = urllib.request.Request(
            self._url + path,
            data=data,
            headers={"Referer": self._url + "/", "Accept-Language": "en", **headers},
            method=method,
        )
        try:
            with self._opener.open(request, timeout=30) as response:
                answer: bytes = response.read()
        except urllib.error.HTTPError as error:
            raise Failed(f"{method} {path}: {error.code} {error.read()[:300]!r}") from error
        return answer


def _walk(debian: Debian, site: Site) -> None:
    """The steps of ``tests/journey.py``, without a browser."""
    officer, supplier, rival = (
        Visitor(site.url, name) for name in (journey.OFFICER, journey.SUPPLIER, journey.RIVAL)
    )
    tender = journey.published(officer, [supplier, rival])
    auction = tender["auction_id"]
    receipts = WORK / journey.RECEIPTS
    arguments = journey.bidder(CHECKOUT / "examples/bidder.py", rival, site.url, auction, receipts)
    python = str(CHECKOUT / ".venv/bin/python")  # the Debian's, with the package websockets
    program = debian.start(WORK, [python, *arguments])

    def phase() -> str:
        return str(supplier.call("GET", f"auctions/{auction}/")["phase"])

    _await(lambda: phase() == "running", "the auction did not start")
    for each, page in ((officer, "console/"), (supplier, "")):
        if tender["title"] not in each.fetch(f"/auctions/{auction}/{page}").decode():
            raise Failed("the live auction's page does not name it")
    _say("The auction is live and its pages are there")
    amount = journey.FIRST_BID
    bid = {"lot": 1, "amount": amount, "retyped": amount}
    supplier.call("POST", f"auctions/{auction}/bids/", bid, **{"Idempotency-Key": "by-hand"})
    printed, _ = program.communicate(timeout=ENDED_WITHIN)
    if program.returncode:
        raise Failed(f"examples/bidder.py: {printed}")
    _await(lambda: journey.is_closed(officer, tender["id"]), "the tender did not close")
    if journey.outcome(officer, tender["id"]) != "won":
        raise Failed("nobody won the auction")
    _say(f"The program bid and the auction is over: {printed.splitlines()[-1]}")
    folder = debian.root / str(WORK).lstrip("/")
    for said in journey.verify(officer, supplier, auction, folder, debian.python):
        _say("\n".join(f"  {line}" for line in said.splitlines()))


def _await(condition: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + ENDED_WITHIN
    while not condition():
        if time.monotonic() > until:
            raise Failed(otherwise)
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
