"""Every example in a docstring runs, and everything has a docstring."""

import doctest
import importlib
import inspect
from collections.abc import Iterator

import pytest

import libprov

MODULES = ["libprov", "libprov._libprov", "libprov.enums", "libprov.errors", "libprov.settings"]


def documented() -> Iterator[tuple[str, str]]:
    for module in map(importlib.import_module, MODULES):
        yield module.__name__, module.__doc__ or ""
        for name, value in vars(module).items():
            if name.startswith("_") or name == "TypeAlias" or not (inspect.isclass(value) or inspect.isroutine(value)):
                continue
            if module.__name__ == "libprov" or getattr(value, "__module__", "").startswith(("typing", "enum", "datetime", "ipaddress")):
                continue
            yield f"{module.__name__}.{name}", value.__doc__ or ""
            for member, inner in vars(value).items() if inspect.isclass(value) else ():
                plain = inspect.isroutine(inner) or inspect.isgetsetdescriptor(inner) or isinstance(inner, classmethod)
                if not member.startswith("_") and plain:
                    yield f"{module.__name__}.{name}.{member}", getattr(value, member).__doc__ or ""


DOCUMENTED = dict(documented())


@pytest.mark.parametrize("name", [name for name, text in DOCUMENTED.items() if ">>>" in text])
def test_examples_run(name: str) -> None:
    test = doctest.DocTestParser().get_doctest(DOCUMENTED[name], {}, name, None, None)
    out: list[str] = []
    failed = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=out.append).failed
    assert not failed, "".join(out)


def test_everything_is_documented() -> None:
    assert len(DOCUMENTED) > 200
    assert [name for name, text in DOCUMENTED.items() if not text.strip()] == []


def test_everything_public_is_exported() -> None:
    public = {name for name in vars(libprov._libprov) if not name.startswith("_")} - {"error_codes"}
    assert public <= set(libprov.__all__)
    assert all(hasattr(libprov, name) for name in libprov.__all__)
