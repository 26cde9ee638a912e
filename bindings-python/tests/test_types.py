"""Pyright over package, typed uses and examples; mypy and stubtest run beside pytest."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_pyright_agrees() -> None:
    pytest.importorskip("pyright", reason="pyright is not installed; xtask/python-requirements.txt has it")
    paths = ["bindings-python/python/libprov", "bindings-python/tests/typing", "examples/python"]
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, *paths]
    env = os.environ | {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
