"""The schema is the sum of its migrations; what was applied is never changed."""

import re

import pytest

from deploy.migrations import Migration, MigrationError, migrations, pending

FIRST = Migration("0001_first", "SELECT 1", "aa")
SECOND = Migration("0002_second", "SELECT 2", "bb")


def test_what_was_not_applied_is_pending_in_order() -> None:
    assert pending([FIRST, SECOND], {}) == [FIRST, SECOND]
    assert pending([FIRST, SECOND], {"0001_first": "aa"}) == [SECOND]
    assert pending([FIRST, SECOND], {"0001_first": "aa", "0002_second": "bb"}) == []


def test_a_migration_that_was_changed_after_it_was_applied_is_refused() -> None:
    with pytest.raises(MigrationError, match="0001_first was changed"):
        pending([FIRST, SECOND], {"0001_first": "ab"})


def test_a_database_of_a_newer_version_is_left_alone() -> None:
    with pytest.raises(MigrationError, match=r"newer parledger \(0002_second\)"):
        pending([FIRST], {"0001_first": "aa", "0002_second": "bb"})


def test_the_files_are_numbered_without_gaps_and_end_no_transaction() -> None:
    known = migrations()
    assert [int(step.name[:4]) for step in known] == list(range(1, len(known) + 1))
    for step in known:
        statements = re.sub(r"\$(\w*)\$.*?\$\1\$|--[^\n]*", "", step.sql, flags=re.DOTALL)
        assert not re.search(r"^\s*(COMMIT|ROLLBACK|BEGIN)\b", statements, re.MULTILINE), step.name
