"""Every environment variable the product reads, once, with its type, default and meaning."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from guisach.site.post_env import PostEnv, read_post

if TYPE_CHECKING:
    from collections.abc import Mapping

CLONE = Path(__file__).resolve().parents[3]


class BadEnvironment(Exception):
    """One or more variables cannot be used; the message names each with what is expected."""


@dataclass(frozen=True, slots=True)
class Env:
    """The settings that differ from one installation to the next."""

    data: Path  # GUISACH_DATA: folder of the database, search index and files
    database_url: str  # GUISACH_DATABASE_URL: another database than SQLite in the data folder
    secret_key: str  # GUISACH_SECRET_KEY or _FILE: signs sessions; made and kept in the data folder by itself
    hosts: tuple[str, ...]  # GUISACH_HOSTS: names under which the site answers, separated by commas
    https: bool  # GUISACH_HTTPS: true behind a proxy that ends TLS: cookies then travel by HTTPS only
    debug: bool  # GUISACH_DEBUG: for developers only
    post: PostEnv  # GUISACH_MAIL…, GUISACH_SMS…, GUISACH_QUIET: see `post_env`


def read(environ: Mapping[str, str] = os.environ) -> Env:
    """Read the environment; raises BadEnvironment naming every variable that is wrong, at once."""
    errors: list[str] = []
    data = Path(environ.get("GUISACH_DATA") or _default_data()).expanduser().absolute()

    def flag(name: str) -> bool:
        value = environ.get(name, "").strip().lower()
        if value not in {"", "0", "1", "true", "false"}:
            errors.append(f"{name}: true or false expected, not {value!r}")
        return value in {"1", "true"}

    https, debug = flag("GUISACH_HTTPS"), flag("GUISACH_DEBUG")
    secret = environ.get("GUISACH_SECRET_KEY", "")
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        errors.append(f"GUISACH_DATA: {data} cannot be used as a folder ({error.strerror})")
    if not secret and not errors:
        secret_file = Path(environ.get("GUISACH_SECRET_KEY_FILE") or data / "secret_key")
        try:
            secret = _kept_secret(secret_file)
        except OSError as error:
            errors.append(f"GUISACH_DATA or GUISACH_SECRET_KEY_FILE: {secret_file} cannot be used ({error})")
    post = read_post(environ, flag, errors)
    if errors:
        raise BadEnvironment("; ".join(errors))
    hosts = tuple(h.strip() for h in environ.get("GUISACH_HOSTS", "").split(",") if h.strip())
    return Env(data, environ.get("GUISACH_DATABASE_URL", ""), secret, hosts, https, debug, post)


def _default_data() -> Path:
    in_clone = (CLONE / "pyproject.toml").is_file()
    return (CLONE if in_clone else Path.cwd()) / "var"


def _kept_secret(file: Path) -> str:
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        file.parent.mkdir(parents=True, exist_ok=True)
        # Two processes may start at once: whoever links first wins, and both read what is there.
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return file.read_text().strip()
