"""Messages for people."""

import pytest

import gametheory as gt


def test_a_message_does_not_quote_a_whole_table():
    lists = [[k] for k in range(100_000)]
    with pytest.raises(gt.InputError) as raised:
        gt.MatchingMarket.from_lists(lists, lists)
    assert "'proposers' is a table of named entries, not [[0], [1]" in str(raised.value)
    assert "[99999]]" in str(raised.value)
    assert len(str(raised.value)) < 1_200
