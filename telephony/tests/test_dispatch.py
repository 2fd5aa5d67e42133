"""Threads carry out actions, each once at a time."""

from __future__ import annotations

import threading

import pytest

from telephony import dispatch


@pytest.mark.django_db
def test_an_action_that_waits_for_a_thread_is_not_queued_again() -> None:
    threads = dispatch.ThreadDispatcher()
    go, done = threading.Event(), []

    def perform(action_id: int) -> None:
        go.wait(10)
        done.append(action_id)

    for _ in range(40):
        threads.submit(perform, [1, 2])
    go.set()
    threads.drain()
    threads.submit(perform, [1])
    threads.drain()
    threads.close()
    assert sorted(done) == [1, 1, 2]


@pytest.mark.django_db
def test_an_action_that_crashed_may_be_tried_again() -> None:
    threads = dispatch.ThreadDispatcher()
    tried = []

    def perform(action_id: int) -> None:
        tried.append(action_id)
        raise ValueError(action_id)

    for _ in range(2):
        threads.submit(perform, [1])
        threads.drain()
    threads.close()
    assert tried == [1, 1]


@pytest.mark.django_db
def test_what_a_test_leaves_behind_is_done_by_no_thread() -> None:
    asked_in: list[str] = []
    dispatch.run(lambda _id: asked_in.append(threading.current_thread().name), [1])
    assert [each.name for each in threading.enumerate() if each.name.startswith("actions")] == []
    assert asked_in == []
