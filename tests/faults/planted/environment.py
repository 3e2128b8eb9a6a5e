"""How a serving process is told which fault it has."""

from pathlib import Path

from tests.support.serving import PROJECT

CHOICE = "WENJIN_PLANTED_FAULT"


def environment_of(fault: str) -> dict[str, str]:
    """What a serving process needs in its environment to have this fault; {} for none."""
    if not fault:
        return {}
    site = Path(__file__).with_name("site")
    return {"PYTHONPATH": f"{site}:{PROJECT}", CHOICE: fault}
