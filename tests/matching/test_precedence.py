"""Work that somebody waits for goes before work that can wait, and never beside it."""

import threading

import pytest

from matching.precedence import Precedence


def test_urgent_work_goes_before_patient_work_that_waited_longer() -> None:
    turn, order = Precedence(), list[str]()

    def work(name: str, *, is_urgent: bool) -> None:
        with turn.held(is_urgent=is_urgent):
            order.append(name)

    with turn.held(is_urgent=False):
        waiting = [
            threading.Thread(target=work, args=("patient",), kwargs={"is_urgent": False}),
            threading.Thread(target=work, args=("urgent",), kwargs={"is_urgent": True}),
        ]
        for thread in waiting:
            thread.start()
        while turn.urgent_waiting < 1:
            threading.Event().wait(0.001)
        order.append("holder")
    for thread in waiting:
        thread.join()
    assert order == ["holder", "urgent", "patient"]


def test_one_thread_holds_it_at_a_time() -> None:
    turn, inside, most = Precedence(), 0, 0
    start = threading.Barrier(8)

    def work(number: int) -> None:
        nonlocal inside, most
        start.wait()
        for _ in range(200):
            with turn.held(is_urgent=number % 2 == 0):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_a_failure_inside_gives_it_back() -> None:
    turn = Precedence()
    with pytest.raises(RuntimeError), turn.held(is_urgent=False):
        raise RuntimeError
    with turn.held(is_urgent=False):
        assert turn.urgent_waiting == 0


def test_patient_work_can_ask_whether_urgent_work_came_lately() -> None:
    turn = Precedence()
    with turn.held(is_urgent=False):
        assert not turn.was_urgent_within(60.0)
    with turn.held(is_urgent=True):
        pass
    assert turn.was_urgent_within(60.0)
    assert not turn.was_urgent_within(0.0)
