"""The state machine of long acts, as a truth table."""

import itertools

import pytest

from maillage.jobs import rules
from maillage.jobs.data import JobState
from maillage.jobs.rules import JobEvent

# Rows: state; columns: claim, succeed, fail, cancel, reclaim, retry ("." where the event cannot happen).
TABLE = """
waiting    running .         .      cancelled .       .
running    .       succeeded failed cancelled waiting .
succeeded  .       .         .      .         .       .
failed     .       .         .      .         .       waiting
cancelled  .       .         .      .         .       waiting
"""
ROWS = {row.split()[0]: row.split()[1:] for row in TABLE.strip().splitlines()}


@pytest.mark.parametrize(("state", "event"), list(itertools.product(JobState, JobEvent)))
def test_each_event_leads_where_the_table_says(state: JobState, event: JobEvent) -> None:
    expected = ROWS[state][list(JobEvent).index(event)]

    assert (rules.next_state(state, event) or ".") == expected


@pytest.mark.parametrize("state", list(JobState))
def test_cancel_and_retry_say_the_same_in_both_forms(state: JobState) -> None:
    for check, can, refusal in (
        (rules.check_can_cancel, rules.can_cancel, rules.JobNotCancellable),
        (rules.check_can_retry, rules.can_retry, rules.JobNotRetryable),
    ):
        if can(state):
            check(state)
        else:
            with pytest.raises(refusal) as caught:
                check(state)
            assert caught.value.state is state
