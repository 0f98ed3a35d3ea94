from __future__ import annotations

import pytest

from hauler_tui.domain.haul import short_name


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("ML Arxiv Haul ~24", 24, "~24"),
        ("Reading List No. 5", 5, "No. 5"),
        ("Digest, issue 12", 12, "issue 12"),
        ("Haul # 3", 3, "# 3"),
        ("Old Letters 7", 7, "~7"),
        ("Haul 2024 ~20", 20, "~20"),
        ("Renamed", 4, "~4"),
    ],
)
def test_an_issue_is_called_by_its_number_as_its_title_writes_it(
    title: str, number: int, name: str
) -> None:
    assert short_name(title, number) == name
