"""Memory of the search engine goes back to the machine when it is free."""

from __future__ import annotations

import ctypes
import re
from pathlib import Path

import pytest

from guisach.adapters.search import TantivyIndex, index, memory
from guisach.domain.catalogue.rules.search import Document

LIBC = ctypes.CDLL(None, use_errno=True)
BLOCK = 50_000  # bytes: less than what the C library takes from the machine one by one
BLOCKS = 2_000


def own_mb() -> float:
    found = re.search(r"RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) / 1024


@pytest.mark.skipif(not hasattr(LIBC, "malloc_trim"), reason="another C library, which has no word for it")
def test_freed_memory_is_given_back_also_from_between_what_is_kept():
    LIBC.malloc.restype = ctypes.c_void_p
    blocks = [LIBC.malloc(BLOCK) for _ in range(BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, BLOCK)
    for block in blocks[:-1]:
        LIBC.free(ctypes.c_void_p(block))
    kept = own_mb()
    memory.give_back()
    given = kept - own_mb()
    LIBC.free(ctypes.c_void_p(blocks[-1]))
    assert given > 0.9 * BLOCK * BLOCKS / 2**20


@pytest.mark.skipif(not hasattr(LIBC, "mallopt"), reason="another C library, which has no word for it")
def test_a_large_block_goes_back_at_once_although_one_of_its_size_was_freed_before():
    LIBC.malloc.restype = ctypes.c_void_p
    memory.keep_large_blocks_apart()
    size = BLOCK * BLOCKS // 4
    LIBC.free(ctypes.c_void_p(LIBC.malloc(size)))
    large, small = LIBC.malloc(size), LIBC.malloc(100_000)
    ctypes.memset(large, 1, size)
    kept = own_mb()
    LIBC.free(ctypes.c_void_p(large))
    given = kept - own_mb()
    LIBC.free(ctypes.c_void_p(small))
    assert given > 0.9 * size / 2**20


def test_whoever_writes_keeps_large_blocks_apart(tmp_path, monkeypatch):
    kept = []
    monkeypatch.setattr(index, "keep_large_blocks_apart", lambda: kept.append(True))
    with TantivyIndex(tmp_path).rebuild() as writer:
        assert kept
        writer.commit(0)


def test_it_is_given_back_after_many_documents_and_not_after_each_change(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(index, "give_back", lambda: given.append(True))
    with TantivyIndex(tmp_path).rebuild() as writer:
        for number in range(1, 1001):
            writer.put([Document(number, "Dế Mèn")])
            if number % 400 == 0:
                writer.commit(number)
        assert not given
        writer.commit(1000)
        assert len(given) == 1
        writer.put([Document(1001, "Dế Mèn")])
        writer.commit(1001)
    assert len(given) == 1
