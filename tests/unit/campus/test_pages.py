"""What people find on the campus."""

from datetime import UTC, datetime, timedelta

import pytest


def test_a_learner_lands_on_their_lessons_and_assignment(town) -> None:
    page = town.get("carol").text
    assert "Hello, Carol Joseph" in page
    assert "Migrant children and adolescents" in page
    assert "/hub/user-redirect/travesia/open/lesson/children" in page
    assert "/hub/user-redirect/travesia/open/assignment/human-security/children" in page
    assert "Not handed in yet" in page
    assert "Submissions" not in page
