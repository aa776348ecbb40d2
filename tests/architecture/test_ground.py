"""The ground that tests stand on: a closed network, and the database that was asked for."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests import conftest


def test_a_test_cannot_leave_the_machine():
    with pytest.raises(conftest.NetworkRefused, match=r"192\.0\.2\.1"), socket.socket() as door:
        door.connect(("192.0.2.1", 80))
    with pytest.raises(conftest.NetworkRefused, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)


def test_a_test_reaches_loopback():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_the_data_of_tests_is_in_a_temporary_folder():
    assert "guisach-tests-" in str(settings.DATA)


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for(request):
    assert connection.vendor == request.config.getoption("db")


@pytest.mark.django_db
def test_sqlite_is_a_file_under_wal():
    if connection.vendor != "sqlite":
        pytest.skip("only says something of SQLite")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
    assert Path(connection.settings_dict["NAME"]).is_file()


@pytest.mark.django_db(transaction=True)
def test_a_second_thread_has_a_connection_of_its_own():
    seen = []

    def look() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            seen.append((id(connection.connection), cursor.fetchone()))
        connection.close()

    with transaction.atomic():
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(timeout=20)
        assert seen[0][1] == (1,)
        assert seen[0][0] != id(connection.connection)
