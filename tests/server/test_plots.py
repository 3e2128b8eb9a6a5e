"""The curves of an evaluation become pictures, on request."""

from pathlib import Path

from server.command_line.plots import Judged, draw_curves

_PNG = b"\x89PNG\r\n\x1a\n"


def judged(*rows: tuple[float, bool], acts_from: float | None = 0.5) -> Judged:
    return Judged(
        confidence=[confidence for confidence, _ in rows],
        is_right=[is_right for _, is_right in rows],
        acts_from=acts_from,
    )


def test_both_curves_are_drawn_into_a_new_folder(tmp_path: Path) -> None:
    files = draw_curves(judged((0.9, True), (0.6, False), (0.2, True)), tmp_path / "new" / "plots")
    assert [file.name for file in files] == ["reliability.png", "risk_coverage.png"]
    for file in files:
        assert file.read_bytes().startswith(_PNG)


def test_an_evaluation_without_questions_is_drawn_empty(tmp_path: Path) -> None:
    for file in draw_curves(judged(), tmp_path):
        assert file.read_bytes().startswith(_PNG)


def test_decisions_from_which_nothing_follows_are_drawn_without_a_mark(tmp_path: Path) -> None:
    for file in draw_curves(judged((0.9, True), (0.6, False), acts_from=None), tmp_path):
        assert file.read_bytes().startswith(_PNG)
