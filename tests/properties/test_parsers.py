"""Every parser takes whatever becomes of a good file: bytes lost, doubled, changed, mixed with those of another."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.run import NAMES, RECORD_S
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import SLOW, TARGETS

_SIGNS = [
    b"\x1d",
    b"\x1e",
    b"\x1f",
    b"\n",
    b'"',
    b"<",
    b">",
    b"{",
    b"]",
    b"^",
    b"#",
    b"\0",
    b"\xff",
    b"00000",
    b"99999",
]


def _damaged(seed: bytes, blows: list[tuple[int, int, int, bytes]]) -> bytes:
    for kind, at, length, other in blows:
        at %= len(seed) + 1
        middle = seed[at : at + length]
        seed = seed[:at] + (b"", middle * 2, other, middle + other)[kind] + seed[at + length :]
    return seed


_blows = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 1 << 15), st.integers(0, 60), st.sampled_from(_SIGNS) | st.binary(max_size=8)
    ),
    max_size=6,
)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SLOW])
def test_a_damaged_file_fells_no_parser_and_holds_none_up(name):
    begins = sorted((seed for seed in seeds(name) if len(seed) < 4000), key=len)

    @settings(max_examples=max(settings.default.max_examples // 2, 10))
    @given(st.sampled_from(begins), _blows)
    def tried(seed, blows):
        damaged = _damaged(seed, blows)
        begun = time.thread_time()
        TARGETS[name](damaged)
        assert time.thread_time() - begun < RECORD_S

    tried()
