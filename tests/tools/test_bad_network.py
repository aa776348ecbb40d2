"""The bad network itself: late, slow, cut off, and all bytes right until then."""

from __future__ import annotations

import socket
import socketserver
import threading
import time

import pytest

from tests.bad_network import BadNetwork, Quality

MUCH = bytes(range(256)) * 200


@pytest.fixture
def echo():
    class Echo(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            while piece := self.request.recv(4096):
                self.request.sendall(piece)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def sent_and_back(port: int, what: bytes) -> bytes:
    """Send, close this side, and return what came back before the end, however that came."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plug:
        threading.Thread(target=_push, args=(plug, what), daemon=True).start()
        try:
            while piece := plug.recv(4096):
                got += piece
        except ConnectionError:
            pass
    return got


def _push(plug: socket.socket, what: bytes) -> None:
    try:
        plug.sendall(what)
        plug.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@pytest.mark.slow
def test_a_whole_link_carries_every_byte_both_ways_and_counts_it(echo):
    with BadNetwork(echo, quality=Quality(faster=2000, cut_part=0)) as link:
        assert sent_and_back(link.port, MUCH) == MUCH
        assert (link.counted.up, link.counted.down, link.counted.cut) == (len(MUCH), len(MUCH), 0)


@pytest.mark.slow
def test_bytes_take_the_time_of_the_link_and_come_late(echo):
    with BadNetwork(echo, quality=Quality(faster=10, cut_part=0)) as link:
        begun = time.monotonic()
        assert sent_and_back(link.port, MUCH[:5000]) == MUCH[:5000]
        took = time.monotonic() - begun
    # Two ways of 2 s each at 20 kbit/s overlap; a second's latency at least; all ten times faster.
    assert 0.3 <= took < 3


@pytest.mark.slow
def test_a_cut_ends_the_connection_after_the_drawn_bytes(echo):
    with BadNetwork(echo, quality=Quality(faster=2000, cut_part=1, cut_bytes=(3000, 3000))) as link:
        got = sent_and_back(link.port, MUCH)
        assert MUCH.startswith(got)
        assert link.counted.up + link.counted.down == 3000
        assert link.counted.cut == 1


@pytest.mark.slow
def test_about_three_of_ten_connections_are_cut_and_the_same_ones_for_the_same_seed(echo):
    def cut_of(seed: int) -> list[bool]:
        with BadNetwork(echo, seed, Quality(faster=5000, cut_bytes=(10, 100))) as link:
            return [sent_and_back(link.port, MUCH[:400]) != MUCH[:400] for _ in range(60)]

    first = cut_of(5)
    assert first == cut_of(5)
    assert 8 <= sum(first) <= 30


@pytest.mark.slow
def test_without_a_signal_nothing_passes_and_open_connections_end(echo):
    with BadNetwork(echo, quality=Quality(faster=5000, cut_part=0)) as link:
        with socket.create_connection(("127.0.0.1", link.port), timeout=10) as plug:
            plug.sendall(b"once")
            assert plug.recv(10) == b"once"
            link.go_down()
            with pytest.raises(ConnectionError):
                if plug.recv(10) == b"":
                    raise ConnectionResetError
        assert sent_and_back(link.port, b"twice") == b""
        link.come_back()
        assert sent_and_back(link.port, b"again") == b"again"
