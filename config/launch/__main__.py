"""``python -m config.launch``: bring Fairfall up, keep it up, take it down."""

from __future__ import annotations

import argparse
import http.client
import os
import signal
import sys
import time
from contextlib import ExitStack
from types import FrameType

import psycopg

from config import env
from config.launch import steps
from config.launch.supervisor import Child, Supervisor
from infra.embedded import processes
from infra.embedded.errors import LaunchError, from_os_error
from infra.embedded.servers import Lock, Servers

LOOK_EVERY = 0.25
FIRST_PAGE_WITHIN = 90.0
DEMO_TRIES = 3


class StopAsked(BaseException):
    """Ctrl-C, or the signal of a service manager."""


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 after a stop that was asked for, 1 when it could not run, 2 for a wrong
    setting."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _ask_stop)
    var_dir = env.ROOT / "var"
    try:
        environment = env.read()
        var_dir = environment.var_dir
        with ExitStack() as resources:
            Launch(environment, options, resources).run()
    except StopAsked:
        say("Stopped.")
    except env.EnvError as error:
        return _fail(error, 2)
    except LaunchError as error:
        return _fail(error, 1)
    except OSError as error:
        return _fail(from_os_error(error, var_dir), 1)
    return 0


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(text, flush=True)


def _fail(error: Exception, code: int) -> int:
    print(error, file=sys.stderr, flush=True)
    return code


def _ask_stop(number: int, frame: FrameType | None) -> None:
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    say("Stopping.")
    raise StopAsked


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/run", description="Run Fairfall on this machine.")
    parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT", "8000"))
    parser.add_argument(
        "--web-processes",
        type=int,
        choices=range(1, 17),
        metavar="N",
        default=1,
        help="web processes, on consecutive ports (put a proxy before them)",
    )
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is no port number")
    return int(text)


class Launch:
    """One run, from the lock to the stop."""

    def __init__(
        self, environment: env.Environment, options: argparse.Namespace, resources: ExitStack
    ) -> None:
        self.environment = environment
        self.root = environment.root
        self.var_dir = environment.var_dir
        self.logs = environment.var_dir / "log"
        self.host: str = options.host
        self.ports = [options.port + number for number in range(options.web_processes)]
        self.resources = resources
        self.servers: Servers | None = None
        self.supervisor = Supervisor(say)
        self.child_environ = dict(os.environ)

    def run(self) -> None:
        """Bring everything up and look after it until a stop is asked for."""
        began = time.monotonic()
        self._claim()
        self._provide_servers()
        self._prepare_database()
        self._prepare_files()
        self.resources.callback(self.supervisor.stop)
        self._start_web()
        # The others start after the first page: on a small machine they would make it wait.
        self._await_first_page()
        self._start_others()
        shown = "localhost" if self.host in {"127.0.0.1", "0.0.0.0"} else self.host  # noqa: S104
        say(f"Fairfall is ready after {time.monotonic() - began:.1f} s:")
        for port in self.ports:
            say(f"  http://{shown}:{port}/")
        self._load_demo()
        say(f"Logs: {self.logs}. Ctrl-C stops everything.")
        while True:
            time.sleep(LOOK_EVERY)
            self.supervisor.look()
            self._look_after_servers()

    def _claim(self) -> None:
        self.logs.mkdir(parents=True, exist_ok=True)
        lock = Lock(self.var_dir)
        lock.take()
        self.resources.callback(lock.release)
        for port in self.ports:
            if not steps.is_free(self.host, port):
                raise LaunchError(
                    f"Port {port} on {self.host} is taken by another program: choose another, "
                    f"for example bin/run --port {port + 100}."
                )

    def _provide_servers(self) -> None:
        given = self.child_environ
        if given.get("DATABASE_URL"):
            _require_database("DATABASE_URL", self.environment.database_url)
            if given.get("MIGRATE_DATABASE_URL"):
                _require_database("MIGRATE_DATABASE_URL", self.environment.migrate_database_url)
        if given.get("REDIS_URL"):
            _require_valkey(self.environment.redis_url)
        if not (given.get("DATABASE_URL") and given.get("REDIS_URL")):
            say("Starting the servers")
            self.servers = self.resources.enter_context(Servers(self.var_dir, given))
            urls = self.servers.urls()
            for name in ("DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL"):
                if name.lower() in urls and not given.get(name):
                    given[name] = urls[name.lower()]
        given["VAR_DIR"] = str(self.var_dir)
        given["DEMO"] = "1" if self.environment.demo else "0"
        given["PYTHONUNBUFFERED"] = "1"

    def _prepare_database(self) -> None:
        own = self.servers.postgres if self.servers else None
        stamps = steps.Stamps(self.var_dir)
        mark = ""
        if own is not None:
            identity = steps.cluster_identity(own.data)
            files = [*steps.migration_files(self.root), *steps.rooms(self.root, "data/*.csv")]
            mark = steps.fingerprint(files, identity)
            if stamps.done("migrate", mark):
                return
        say("Bringing the database up to date")
        owner = self.child_environ.get("MIGRATE_DATABASE_URL") or self.environment.database_url
        self._manage("migrate", "--noinput", DATABASE_URL=owner)
        self._manage("load_reference")
        if mark:
            stamps.note("migrate", mark)

    def _prepare_files(self) -> None:
        if steps.compile_translations(self.root / "locale"):
            say("Compiled the translations")
        stamps = steps.Stamps(self.var_dir)
        mark = steps.fingerprint(steps.static_files(self.root), str(self.var_dir))
        collected = (self.var_dir / "static" / "staticfiles.json").is_file()
        if collected and stamps.done("collectstatic", mark):
            return
        say("Collecting the static files")
        self._manage("collectstatic", "--noinput", "--clear", "--verbosity", "0")
        stamps.note("collectstatic", mark)

    def _manage(self, *arguments: str, **changes: str) -> str:
        environ = {**self.child_environ, **changes}
        return steps.manage(self.root, self.logs / "prepare.log", environ, *arguments)

    def _start_web(self) -> None:
        say("Starting the processes")
        for number, port in enumerate(self.ports, start=1):
            name = "web" if number == 1 else f"web-{number}"
            self._start(
                name,
                *(sys.executable, "-m", "infra.sockets.daphne", "asgi:application"),
                *("--bind", self.host, "--port", str(port)),
                *("--verbosity", "0", "--no-server-name"),
                GATE_PROCESS="1",
            )

    def _start_others(self) -> None:
        python = sys.executable
        celery = [python, "-m", "celery", "--app", "config.celery", "--quiet"]
        for command in ("relay", "auctionclock"):
            if steps.has_command(self.root, command):
                self._start(command, python, str(self.root / "manage.py"), command)
        if self.environment.demo and steps.has_command(self.root, "demobots"):
            address = f"http://127.0.0.1:{self.ports[0]}"
            manage = str(self.root / "manage.py")
            self._start("demobots", python, manage, "demobots", "--url", address)
        # Threads, not forks: the database pool does not survive a fork.
        self._start(
            "worker",
            *(*celery, "worker", "--pool", "threads", "--concurrency", "4"),
            *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
        )
        # It has nothing to put away, and would wait for a Valkey that was killed along with us.
        self._start(
            "beat", *celery, "beat", "--pidfile=", "--loglevel", "INFO",
            death_signal=signal.SIGKILL,
        )  # fmt: skip

    def _start(
        self, name: str, *command: str, death_signal: int = signal.SIGTERM, **more: str
    ) -> None:
        log = self.logs / f"{name}.log"
        environ = {**self.child_environ, **more}
        self.supervisor.add(Child(name, command, log, environ, death_signal=death_signal))

    def _await_first_page(self) -> None:
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104
        limit = time.monotonic() + FIRST_PAGE_WITHIN
        name = self.environment.allowed_hosts[0].lstrip(".")
        while not all(_ready(host, port, name) for port in self.ports):
            web = self.supervisor.children[0]
            if web.failures >= 2 or time.monotonic() > limit:
                lines = processes.tail(web.log, 4000).splitlines()
                reason = next((line for line in reversed(lines) if line.strip()), "no message")
                raise LaunchError(
                    f"The web process does not answer: {reason.strip()} (see {web.log})."
                )
            time.sleep(0.1)
            self.supervisor.look()

    def _load_demo(self) -> None:
        if not self.environment.demo or not steps.has_command(self.root, "loaddemo"):
            return
        for left in reversed(range(DEMO_TRIES)):
            try:
                output = self._manage("loaddemo")
                break
            except LaunchError as error:
                # On a machine that is busy for seconds; what was loaded is not loaded twice.
                if not left:
                    raise
                say(f"{error} Trying again.")
        if steps.has_command(self.root, "demoaccounts"):
            output = self._manage("demoaccounts")
        for line in output.splitlines():
            say(f"  {line}".rstrip())

    def _look_after_servers(self) -> None:
        if self.servers is None:
            return
        try:
            for name in self.servers.revive():
                say(f"{name} had ended and runs again.")
        except (LaunchError, OSError) as error:
            say(f"A server had ended: {error} Trying again.")
            time.sleep(2)


def _require_database(setting: str, url: str) -> None:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as error:
        text = " ".join(str(error).split())
        reason = text.removeprefix("connection failed: ").split(" Is the server running")[0]
        raise LaunchError(
            f"The database of {setting} cannot be used: {reason.rstrip('.')}."
        ) from None


def _require_valkey(url: str) -> None:
    from redis import Redis, RedisError

    try:
        client = Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5)
        client.ping()
        client.close()
    except (RedisError, OSError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise LaunchError(f"The server of REDIS_URL cannot be used: {reason}.") from None


def _ready(host: str, port: int, name: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": name})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
