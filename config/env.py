"""What the surroundings say: environment variables and the servers that bin/run has started.

Only the standard library is used here, so that the launcher can read the same rules before
anything is installed. A wrong value is refused with :class:`EnvError`, whose text is one
sentence for the person who set it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}

DATABASE_SCHEMES = {"postgres", "postgresql"}
REDIS_SCHEMES = {"redis", "rediss", "valkey", "valkeys"}
BROKER_SCHEMES = REDIS_SCHEMES | {"amqp", "amqps"}
LOG_FORMATS = ("json", "plain")
LOG_LEVELS = ("debug", "info", "warning", "error")
EMAIL_SCHEMES = {"smtp", "smtps", "console", "demo"}
CLAMD_SCHEMES = {"tcp", "unix"}
TSA_SCHEMES = {"http", "https"}
UPLOAD_TYPES = ("pdf", "png", "jpeg", "docx", "xlsx", "asic", "p7s")
ROLES = ("owner", "requester", "officer", "approver", "catalog_manager", "bidder", "signatory",
         "finance", "auditor", "verifier", "arbiter", "platform_admin")  # fmt: skip
SECOND_FACTOR_ROLES = ("officer", "signatory", "verifier", "platform_admin")
FILE_STORAGE = "django.core.files.storage.FileSystemStorage"


class EnvError(Exception):
    """A setting has a value that cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of this process, checked. URLs are complete; folders are absolute."""

    root: Path
    var_dir: Path
    platform_key_dir: Path
    database_url: str
    migrate_database_url: str
    redis_url: str
    celery_broker_url: str
    key_prefix: str
    secret_key: str
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    email_url: str
    email_from: str
    public_url: str
    debug: bool
    demo: bool
    testing: bool
    https: bool
    trust_request_id: bool
    gate_process: bool
    metrics_token: str
    log_format: str
    log_level: str
    database_pool_size: int
    screening_max_file_mb: int
    embedded: bool
    document_storage: Mapping[str, object]
    upload_limit_mb: int
    upload_types: tuple[str, ...]
    documents_per_company: int
    clamd_url: str
    require_scan: bool
    screening_required: bool
    verification_hours: int
    second_factor_roles: tuple[str, ...]
    api_token_longest_days: int
    tsa_url: str
    tsa_ca_file: str


def read(environ: Mapping[str, str] | None = None, root: Path = ROOT) -> Environment:
    """Return the checked settings of ``environ`` (default: the process's own).

    Raises EnvError when a value cannot be used.
    """
    source = os.environ if environ is None else environ
    var_dir = Path(source.get("VAR_DIR") or root / "var").expanduser().absolute()
    servers = _running_servers(var_dir)
    embedded = not source.get("DATABASE_URL")
    database_url = _url(
        source,
        "DATABASE_URL",
        servers.get("database_url", "postgresql://127.0.0.1:5432/fairfall"),
        DATABASE_SCHEMES,
    )
    owner_url = database_url
    if embedded:
        owner_url = servers.get("migrate_database_url", database_url)
    redis_url = _url(
        source, "REDIS_URL", servers.get("redis_url", "redis://127.0.0.1:6379/0"), REDIS_SCHEMES
    )
    demo = _flag(source, "DEMO", default=embedded)
    debug = _flag(source, "DEBUG", default=False)
    testing = _flag(source, "TESTING", default=False)
    readable = demo or debug or testing  # a person reads along
    return Environment(
        root=root,
        var_dir=var_dir,
        platform_key_dir=Path(source.get("PLATFORM_KEY_DIR") or var_dir / "keys").absolute(),
        database_url=database_url,
        migrate_database_url=_url(source, "MIGRATE_DATABASE_URL", owner_url, DATABASE_SCHEMES),
        redis_url=redis_url,
        celery_broker_url=_url(source, "CELERY_BROKER_URL", redis_url, BROKER_SCHEMES),
        key_prefix=source.get("KEY_PREFIX") or "fairfall",
        secret_key=_secret_key(source, var_dir),
        allowed_hosts=_hosts(source),
        trusted_origins=_origins(source),
        email_url=_url(
            source, "EMAIL_URL", "demo:" if demo else "smtp://127.0.0.1:25", EMAIL_SCHEMES
        ),
        email_from=source.get("EMAIL_FROM") or "Fairfall <no-reply@fairfall.example>",
        public_url=source.get("PUBLIC_URL") or f"http://localhost:{source.get('PORT') or 8000}",
        debug=debug,
        demo=demo,
        testing=testing,
        https=_flag(source, "HTTPS", default=False),
        trust_request_id=_flag(source, "TRUST_REQUEST_ID", default=False),
        gate_process=_flag(source, "GATE_PROCESS", default=False),
        metrics_token=_token(source, "METRICS_TOKEN"),
        log_format=_choice(
            source, "LOG_FORMAT", LOG_FORMATS, default="plain" if readable else "json"
        ),
        log_level=_choice(
            source, "LOG_LEVEL", LOG_LEVELS, default="warning" if testing else "info"
        ).upper(),
        database_pool_size=_count(source, "DATABASE_POOL_SIZE", default=20),
        screening_max_file_mb=_count(source, "SCREENING_MAX_FILE_MB", default=512),
        embedded=embedded,
        document_storage=_storage(source, "DOCUMENT_STORAGE", var_dir / "documents"),
        upload_limit_mb=_count(source, "UPLOAD_LIMIT_MB", default=20),
        upload_types=_choices(source, "UPLOAD_TYPES", UPLOAD_TYPES),
        documents_per_company=_count(source, "DOCUMENTS_PER_COMPANY", default=200),
        clamd_url=_url(source, "CLAMD_URL", "", CLAMD_SCHEMES) if source.get("CLAMD_URL") else "",
        require_scan=_flag(source, "REQUIRE_SCAN", default=False),
        screening_required=_flag(source, "SCREENING_REQUIRED", default=True),
        verification_hours=_count(source, "VERIFICATION_HOURS", default=48),
        api_token_longest_days=_longest_days(source, "API_TOKEN_LONGEST_DAYS", default=365),
        tsa_url=_url(source, "TSA_URL", "", TSA_SCHEMES) if source.get("TSA_URL") else "",
        tsa_ca_file=_file(source, "TSA_CA_FILE"),
        second_factor_roles=_roles(source, "SECOND_FACTOR_ROLES", SECOND_FACTOR_ROLES),
    )


def servers_file(var_dir: Path) -> Path:
    """Where the launcher writes the addresses of the servers it has started (mode 0600)."""
    return var_dir / "run" / "servers.json"


def database_parts(url: str) -> dict[str, object]:
    """Django's database keys of a PostgreSQL URL; query parameters become OPTIONS."""
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def email_settings(url: str) -> dict[str, object]:
    """Django's e-mail settings of an EMAIL_URL: smtp, smtps, console or demo (the mailbox)."""
    parts = urlsplit(url)
    if parts.scheme == "demo":
        return {"EMAIL_BACKEND": "crm_core.notifications.mailbox.MailboxBackend"}
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    query = parse_qs(parts.query)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "127.0.0.1",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": query.get("tls", ["0"])[-1].lower() in _TRUE,
        "EMAIL_TIMEOUT": 20,
    }


def _running_servers(var_dir: Path) -> dict[str, str]:
    try:
        text = servers_file(var_dir).read_text()
    except OSError:
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _flag(source: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = source.get(name, "").strip().lower()
    if not text:
        return default
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise EnvError(f"{name} must be on or off (1/0, true/false, yes/no), not {text!r}.")


def _count(source: Mapping[str, str], name: str, *, default: int) -> int:
    text = source.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise EnvError(f"{name} must be a whole number above zero, not {text!r}.")
    return int(text)


def _longest_days(source: Mapping[str, str], name: str, *, default: int) -> int:
    """A number of days; 0 for ``none``."""
    if source.get(name, "").strip().lower() == "none":
        return 0
    return _count(source, name, default=default)


def _choice(source: Mapping[str, str], name: str, choices: tuple[str, ...], *, default: str) -> str:
    text = source.get(name, "").strip().lower() or default
    if text not in choices:
        raise EnvError(f"{name} must be one of {', '.join(choices)}, not {text!r}.")
    return text


def _choices(source: Mapping[str, str], name: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    given = tuple(part.strip().lower() for part in source.get(name, "").split(",") if part.strip())
    for part in given:
        if part not in choices:
            raise EnvError(f"{name} lists some of {', '.join(choices)}, not {part!r}.")
    return given or choices


def _roles(source: Mapping[str, str], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """Some of the roles; ``none`` names none of them."""
    if source.get(name, "").strip().lower() == "none":
        return ()
    given = source.get(name, "").strip()
    return _choices(source, name, ROLES) if given else default


def _storage(source: Mapping[str, str], name: str, folder: Path) -> dict[str, object]:
    """An entry of Django's STORAGES: JSON with BACKEND and OPTIONS, or a folder of our own."""
    text = source.get(name, "").strip()
    if not text:
        options = {
            "location": folder,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        }
        return {"BACKEND": FILE_STORAGE, "OPTIONS": options}
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("BACKEND"), str):
        raise EnvError(
            f'{name} must be JSON such as {{"BACKEND": "storages.backends.s3.S3Storage", '
            '"OPTIONS": {"bucket_name": "…"}}.'
        )
    return found


def _token(source: Mapping[str, str], name: str) -> str:
    text = source.get(name, "").strip()
    if text and not (len(text) >= 20 and text.isascii() and text.isprintable() and " " not in text):
        raise EnvError(f"{name} must have at least 20 characters, without spaces.")
    return text


def _file(source: Mapping[str, str], name: str) -> str:
    """A file that is there; empty where none is named."""
    text = source.get(name, "").strip()
    if text and not Path(text).expanduser().is_file():
        raise EnvError(f"{name} names no file: {text!r}.")
    return str(Path(text).expanduser().absolute()) if text else ""


def _url(source: Mapping[str, str], name: str, default: str, schemes: set[str]) -> str:
    text = source.get(name, "").strip() or default
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise EnvError(f"{name} is not a valid URL: its host or port cannot be read.") from None
    if parts.scheme not in schemes:
        known = ", ".join(f"{scheme}:" for scheme in sorted(schemes))
        raise EnvError(f"{name} must begin with one of {known} and not with {_start(parts)!r}.")
    if schemes is DATABASE_SCHEMES and not parts.path.strip("/"):
        raise EnvError(f"{name} names no database: it must end with /name.")
    return text


def _start(parts: SplitResult) -> str:
    return f"{parts.scheme}:" if parts.scheme else parts.path[:12]


def _hosts(source: Mapping[str, str]) -> tuple[str, ...]:
    text = source.get("ALLOWED_HOSTS", "")
    hosts = tuple(host.strip() for host in text.split(",") if host.strip())
    if "*" in hosts:
        raise EnvError(
            "ALLOWED_HOSTS must list the host names of this installation; '*' would let any site "
            "open a live connection in a signed-in person's name."
        )
    return hosts or ("localhost", "127.0.0.1", "[::1]")


def _origins(source: Mapping[str, str]) -> tuple[str, ...]:
    text = source.get("CSRF_TRUSTED_ORIGINS", "")
    origins = tuple(origin.strip() for origin in text.split(",") if origin.strip())
    for origin in origins:
        if urlsplit(origin).scheme not in {"http", "https"}:
            raise EnvError(
                "CSRF_TRUSTED_ORIGINS must list origins such as https://trade.example.com, "
                f"not {origin!r}."
            )
    return origins


def _secret_key(source: Mapping[str, str], var_dir: Path) -> str:
    given = source.get("SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise EnvError("SECRET_KEY must have at least 32 characters.")
        return given
    return kept_secret(var_dir, "secret_key")


def kept_secret(var_dir: Path, name: str) -> str:
    """The secret of that name below ``var_dir``; made on first use, readable by the owner only."""
    file = var_dir / "secret" / name
    try:
        return _read_secret(file)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise EnvError(f"Cannot read the secret in {file}: {error.strerror}.") from None
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, file)  # the first of several processes wins, the others read its value
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return _read_secret(file)
    except OSError as error:
        raise EnvError(f"Cannot keep a secret in {file.parent}: {error.strerror}.") from None


def _read_secret(file: Path) -> str:
    text = file.read_text().strip()
    if not text:
        raise EnvError(f"The secret in {file} is empty: delete the file, or restore it.")
    return text
