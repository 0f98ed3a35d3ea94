"""Short names for subscriptions."""

from __future__ import annotations

import contextlib
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.errors import SourceError
from hauler_tui.sources.addresses import subscription_url
from hauler_tui.sources.shorthands import expanded
from hauler_tui.sources.subjects import ARXIV_CATEGORIES, PREPRINT_SUBJECTS

DAILY = "https://rss.arxiv.org/rss/"


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("arxiv:cs.CL", DAILY + "cs.CL"),
        ("ARXIV: cs.cl, CS.lg + cs.CL", DAILY + "cs.CL+cs.LG"),
        ("arxiv:cs.CL cs.LG", DAILY + "cs.CL+cs.LG"),
        ("arxiv:physics.soc-ph", DAILY + "physics.soc-ph"),
        (
            "biorxiv:Plant Biology+zoology",
            "https://connect.biorxiv.org/biorxiv_xml.php?subject=plant_biology+zoology",
        ),
        (
            "medrxiv:HIV/AIDS",
            "https://connect.medrxiv.org/medrxiv_xml.php?subject=hiv_aids",
        ),
        (
            "medrxiv:Infectious Diseases (except HIV/AIDS)",
            "https://connect.medrxiv.org/medrxiv_xml.php?subject=infectious_diseases",
        ),
        ("hf:daily", "https://huggingface.co/api/daily_papers?limit=100"),
    ],
)
def test_a_short_name_becomes_the_address_of_its_feed(typed: str, url: str) -> None:
    assert expanded(typed) == url


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ('arxiv:au:"Jurafsky"', 'au:"Jurafsky"'),
        ('arxiv:"protein language" cat:q-bio.*', 'all:"protein language" AND cat:q-bio.*'),
        ("arxiv:protein language cs.cl", "all:protein AND all:language AND cat:cs.CL"),
        ("arxiv:ti:a OR (abs:b ANDNOT cat:MATH)", "ti:a OR (abs:b ANDNOT cat:math)"),
        ("arxiv:AU: del_maestro", "au:del_maestro"),
        ('arxiv:ti:"C++ & Σ?#"', 'ti:"C++ & Σ?#"'),
    ],
)
def test_a_query_names_every_field_and_operator_and_asks_for_the_newest(
    typed: str, query: str
) -> None:
    parts = urlsplit(expanded(typed) or "")
    assert parts.netloc + parts.path == "export.arxiv.org/api/query"
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert asked == {
        "search_query": query,
        "sortBy": "submittedDate",
        "sortOrder": "descending",
        "start": "0",
        "max_results": "200",
    }


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("arxiv:mth.AG", "did you mean math.AG"),
        ("arxiv:cs.LC", "did you mean cs.CL"),
        ("arxiv:cs.CI", "did you mean cs.CV, cs.CL or cs.CR?"),
        ("arxiv:cs.XI", "did you mean cs.AI"),
        ("arxiv:quantph", "did you mean quant-ph"),
        ("arxiv:electrons", "arxiv:all:electrons"),
        ("arxiv:2401.00001", "hauler add 2401.00001"),
        ("arxiv:id:2401.00001", "hauler add"),
        ("arxiv:cat:cs.ZZ", "arXiv has no category “cs.ZZ”"),
        ("arxiv:cat:bio.*", "did you mean q-bio"),
        ("arxiv:author:me", "arXiv has no field “author:”"),
        ("arxiv:ti:a OR", "not complete"),
        ("arxiv:OR ti:a", "nothing stands before OR"),
        ("arxiv:(ti:a", "not complete"),
        ("arxiv:ti:a)", "closes nothing"),
        ("arxiv:()", "closes nothing"),
        ('arxiv:"', "cannot be searched for"),
        ('arxiv:ti:" "', "empty phrase"),
        ("arxiv:ti:" + "x" * 1_001, "more than 1000 characters"),
        ("biorxiv:neurosciense", "did you mean neuroscience"),
        ("biorxiv:cancer", "did you mean cancer_biology?"),
        ("medrxiv:plant_biology", "medRxiv has no subject"),
        ("medrxiv:", "write it like medrxiv:neurology"),
        ("hf:weekly", "hf:daily"),
    ],
)
def test_a_misspelt_one_is_refused_with_the_nearest_names(typed: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        expanded(typed)
    assert said in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint


@pytest.mark.parametrize("text", ["https://arxiv.org/", "cs.CL", "", "mailto:arxiv:cs.CL"])
def test_anything_else_is_no_short_name(text: str) -> None:
    assert expanded(text) is None


def test_every_listed_name_is_taken_as_it_is() -> None:
    for name in ARXIV_CATEGORIES.values():
        assert expanded(f"arxiv:{name}") == DAILY + name
    for server, subjects in PREPRINT_SUBJECTS.items():
        for subject in subjects:
            assert (expanded(f"{server}:{subject}") or "").endswith(f"={subject}")
    assert {server: len(known) for server, known in PREPRINT_SUBJECTS.items()} == {
        "biorxiv": 28,
        "medrxiv": 52,
    }


@given(st.sampled_from(["arxiv:", "biorxiv:", "medrxiv:", "hf:"]), st.text(max_size=40))
def test_any_short_name_gives_an_address_that_is_taken_again_or_is_refused(
    scheme: str, text: str
) -> None:
    try:
        url = expanded(scheme + text)
    except SourceError:
        return
    assert url is not None
    assert subscription_url(url) == url


@given(st.text('ab"() :*ANDORcat.', max_size=30))
def test_any_query_is_understood_or_refused(text: str) -> None:
    with contextlib.suppress(SourceError):
        assert "search_query" in (expanded("arxiv:" + text) or "") or not set(text) & set('":(*')
