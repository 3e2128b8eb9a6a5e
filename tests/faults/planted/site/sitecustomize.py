"""Read by Python itself at its start: breaks the class that the chosen fault is about, right after its module
has been imported. Only the fault suite puts this folder on the path, and only of processes that it starts."""

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

from typing_extensions import override

_CHOICE = os.environ.get("WENJIN_PLANTED_FAULT", "")


class _BreaksModules(importlib.abc.MetaPathFinder):
    """Finds the modules to be broken as everybody does, and has them broken once they are loaded."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = set(names)

    @override
    def find_spec(self, name: str, path: Any, target: ModuleType | None = None) -> Any:
        if name not in self._names:
            return None
        self._names.discard(name)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_break(module: ModuleType) -> None:
                load(module)
                from tests.faults.planted import faults  # noqa: PLC0415  needs the module to be there

                faults.FAULTS[_CHOICE][name](module)
                sys.stderr.write(f"planted: {_CHOICE} in {name}\n")

            spec.loader.exec_module = load_and_break  # type: ignore[method-assign]
        return spec


_SERVING = {"server", "server.command_line.worker"}

if _CHOICE and not _SERVING.isdisjoint(sys.orig_argv):
    import importlib.util

    from tests.faults.planted.modules import MODULES

    sys.meta_path.insert(0, _BreaksModules(MODULES[_CHOICE]))
