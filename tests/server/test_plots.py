"""The curves of an evaluation become pictures, on request."""

from pathlib import Path

from chatbot.evaluate import Evaluation, Outcome
from server.command_line.plots import draw_curves

_PNG = b"\x89PNG\r\n\x1a\n"


def evaluation_of(*rows: tuple[float, bool]) -> Evaluation:
    outcomes = tuple(
        Outcome(is_in_scope=True, rank=1 if is_right else None, confidence=confidence, is_answered=True)
        for confidence, is_right in rows
    )
    return Evaluation(figures={"ece": 0.1 if rows else None}, outcomes=outcomes, answer_from=0.5)


def test_both_curves_are_drawn_into_a_new_folder(tmp_path: Path) -> None:
    files = draw_curves(evaluation_of((0.9, True), (0.6, False), (0.2, True)), tmp_path / "new" / "plots")
    assert [file.name for file in files] == ["reliability.png", "risk_coverage.png"]
    for file in files:
        assert file.read_bytes().startswith(_PNG)


def test_an_evaluation_without_questions_is_drawn_empty(tmp_path: Path) -> None:
    for file in draw_curves(evaluation_of(), tmp_path):
        assert file.read_bytes().startswith(_PNG)
