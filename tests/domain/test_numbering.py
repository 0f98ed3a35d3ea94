from __future__ import annotations

import pytest

from hauler_tui.domain.numbering import (
    number_in,
    numbered,
    shared_patterns,
    split_number,
    subtitled_number,
)


@pytest.mark.parametrize(
    ("title", "pattern", "number"),
    [
        ("ML Arxiv Haul ~26", "ML Arxiv Haul ~{n}", 26),
        ("River Log: Field Papers #7", "River Log: Field Papers #{n}", 7),
        ("Letters, No. 3", "Letters, No. {n}", 3),
        ("Letters Issue 12: floods", "Letters Issue {n}: floods", 12),
        ("Bio Haul 9", "Bio Haul {n}", 9),
        ("Papers of 2024", "Papers of 2024", None),
        ("Training for ~3 days", "Training for ~3 days", None),
        ("C# 12 features", "C# 12 features", None),
        ("The No. 1 mistake", "The No. 1 mistake", None),
        ("The Issue 12", "The Issue {n}", 12),
        ("Haul#12 of May", "Haul#{n} of May", 12),
        ("The Haul No. 12", "The Haul No. {n}", 12),
        ("Haul ~2024", "Haul ~{n}", 2024),
        ("About GPT-4", "About GPT-4", None),
        ("No number here", "No number here", None),
        ("", "", None),
    ],
)
def test_the_number_is_found_in_a_title(title: str, pattern: str, number: int | None) -> None:
    assert split_number(title) == (pattern, number)


@pytest.mark.parametrize(
    ("title", "pattern", "number"),
    [
        ("River Log ~3", "River Log ~{n}", 3),
        ("river  LOG ~3", "River Log ~{n}", 3),
        ("Log 3: floods", "Log {n}: floods", 3),
        ("Log 3: droughts", "Log {n}: floods", None),
        ("River Log", "River Log", None),
        ("River Log ~x", "River Log ~{n}", None),
    ],
)
def test_a_title_is_known_by_its_series_pattern(
    title: str, pattern: str, number: int | None
) -> None:
    assert number_in(title, pattern) == number


@pytest.mark.parametrize(
    ("title", "pattern", "number"),
    [
        ("Arxiv Haul ~6: The Mamba Edition", "Arxiv Haul ~{n}", 6),
        ("Arxiv Haul ~6, the moths", "Arxiv Haul ~{n}", 6),
        ("No. 8 – X", "No. {n}", 8),
        ("#12 Plants and more", "#{n}", 12),
        ("Papers ~9: Snow", "Papers ~{n} ✨", 9),
        ("~8 arXiv Haul (late)", "~{n} arXiv Haul", 8),
        ("Bio Haul 9: moths", "Bio Haul {n}", 9),
        ("Bio Haul 9 moths", "Bio Haul {n}", None),
        ("Bio Haul 2024: moths", "Bio Haul {n}", None),
        ("Arxiv Haul ~6.5", "Arxiv Haul ~{n}", None),
        ("Arxiv Haul ~6–8: three at once", "Arxiv Haul ~{n}", None),
        ("Arxiv Haul ~6b", "Arxiv Haul ~{n}", None),
        ("~8 arXiv Hauler", "~{n} arXiv Haul", None),
        ("Another Haul ~6: X", "Arxiv Haul ~{n}", None),
    ],
)
def test_a_title_may_go_on_behind_its_series_pattern(
    title: str, pattern: str, number: int | None
) -> None:
    assert subtitled_number(title, pattern) == number


@pytest.mark.parametrize(
    ("titles", "patterns"),
    [
        (["Arxiv Haul ~4", "Arxiv Haul ~6: The Mamba Edition"], ["Arxiv Haul ~{n}"]),
        (["Arxiv Haul ~5: Rain", "arxiv haul ~7: Snow"], ["arxiv haul ~{n}"]),
        (["No. 7 – Floods", "No. 8 – X"], ["No. {n}"]),
        (["~7 arXiv Haul", "~8 arXiv Haul"], ["~{n} arXiv Haul"]),
        (["~7 arXiv Haul", "~9 arXiv Haul: Snow"], ["~{n} arXiv Haul"]),
        (["Papers ~8 ✨"], ["Papers ~{n} ✨"]),
        (["#12 Plants and more", "#14 Plants and more"], ["#{n} Plants and more"]),
        (["#12 Plants and more", "#13 Birds"], ["#{n}"]),
        (["~1 Bio Haul", "~2 Bio Haul", "~1 ML Haul", "~2 ML Haul"],
         ["~{n} Bio Haul", "~{n} ML Haul"]),
        (["Haul ~1: Bio", "Haul ~2: Bio", "Haul ~1", "Haul ~2"], ["Haul ~{n}: Bio", "Haul ~{n}"]),
        (["Plant Notes 9: Moss", "Plant Notes 12", "Plant Notes 13: Figs"], ["Plant Notes {n}"]),
        (["Notes 9 – Moss", "Notes 12 – Ferns", "Notes 13 – Figs"], ["Notes {n}"]),
        (["Plant Notes 12", "Plant Notes 14 – Ferns"], ["Plant Notes {n}"]),
        (["ML Arxiv Haul ~30: The Summer Edition"], ["ML Arxiv Haul ~{n}"]),
        (["Bio Haul #6 – The Mamba Edition"], ["Bio Haul #{n}"]),
        (["Haul ~6: The Mamba Edition", "Notes #2 - Moss"], ["Haul ~{n}", "Notes #{n}"]),
        # Chance: one of its kind, or numbers far apart behind a bare mark.
        (["Field Notes ~3, the moths"], []),
        (["#5 tricks for a thesis", "#12 Plants and more"], []),
        (["Top #5 papers of May", "Top #10 papers of June"], []),
        (["Papers of 2024", "Papers of 2023"], []),
        (["Papers of 2024: Moss", "Papers of 2023: Ferns"], []),
        (["Top 5: moss", "Top 10: ferns"], []),
        (["GPT 3: a review", "GPT 4: a review"], []),
        (["12: Moss", "13: Ferns"], []),
        (["No. 8 – X"], []),
        (["Training for ~3 days", "Training for ~4 days"], []),
        (["C# 12 features", "C# 13 features"], []),
        (["The No. 1 mistake in RL", "The No. 2 pencil"], []),
        (["#8: Moss"], []),
        (["C# 12: what is new"], []),
        (["Plant Notes 9: Moss"], []),
        (["The best of ~2023: Moss"], []),
    ],
)  # fmt: skip
def test_a_series_is_what_titles_have_in_common(titles: list[str], patterns: list[str]) -> None:
    assert [one.pattern for one in shared_patterns(titles)] == patterns


@pytest.mark.parametrize(
    ("number", "examples", "title"),
    [
        (5, [("Haul 003", 3), ("Haul 004", 4)], "Haul 005"),
        (10, [("haul  009", 9)], "Haul 010"),
        (100, [("Haul 098", 98), ("Haul 099", 99)], "Haul 100"),
        (10, [("Haul 9", 9)], "Haul 10"),
        (4, [("Haul 2", 2), ("Notes 003", 3)], "Haul 4"),
        (1, [], "Haul 1"),
    ],
)
def test_a_number_is_led_by_zeros_where_others_are(
    number: int, examples: list[tuple[str, int]], title: str
) -> None:
    assert numbered("Haul {n}", number, examples) == title
