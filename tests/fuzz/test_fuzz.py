"""Every target takes its seeds and the crashers of the past; the harness that fuzzes it works."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time

import pytest

from tests.conftest import ROOT
from tests.fuzz.run import NAMES, RECORD_S
from tests.fuzz.seeds import seeds
from tests.fuzz.targets import SLOW, TARGETS

needs_atheris = pytest.mark.skipif(
    sys.platform != "linux" or importlib.util.find_spec("atheris") is None, reason="atheris runs on Linux only"
)


def test_every_target_can_be_named():
    assert set(NAMES) == set(TARGETS)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_a_target_takes_what_it_begins_with(name):
    assert seeds(name)
    for seed in seeds(name):
        begun = time.thread_time()
        TARGETS[name](seed)
        assert name in SLOW or time.thread_time() - begun < RECORD_S


# Each takes as long to be made ready as to be fuzzed: a commit sees that it can be done, `make soak` does it.
@pytest.mark.slow
@needs_atheris
@pytest.mark.parametrize("name", ["marc", "question"])
def test_a_target_can_be_fuzzed(name):
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", name, "--seconds", "1"],
        cwd=ROOT, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert " ok " in done.stdout
