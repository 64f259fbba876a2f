"""What the benchmark of the first answer waits for is what the command prints."""

from __future__ import annotations

from bench.first_answer import TABLE, processor_time


def test_the_first_table_is_found_by_its_title() -> None:
    from drawdown.cli.claims_sheets import provisional_sheet

    sheet = provisional_sheet({"stay": {"a": (1, 2)}}, {"a": "A claim."}, {"stay": 2}, "2 of 4 in all, after 1 s.", 100)
    assert sheet.title.startswith(TABLE)


def test_processor_time_of_a_process_that_is_gone_is_not_known() -> None:
    assert processor_time(0) is None
