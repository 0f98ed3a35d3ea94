"""One work has one key however it is written, and two works never share one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.identity import (
    aliases,
    canonical_link,
    key,
    pdf_link,
    rank,
    resolve,
)

LINKS = st.sampled_from(
    [
        "",
        "https://arxiv.org/pdf/2406.13121v2",
        "https://huggingface.co/papers/2406.13121",
        "https://www.biorxiv.org/content/10.1101/2024.06.06.597716v1?rss=1",
        "https://doi.org/10.1038/S41586-024-07421-0",
        "https://pubmed.ncbi.nlm.nih.gov/36456789/",
        "https://openreview.net/forum?id=Ab_Cd-1234",
        "https://youtu.be/wy_z_KKClBE",
        "https://example.org/a?utm_source=x",
        "https://example.org/",
        "/relative",
        "urn:uuid:1",
    ]
)
GUIDS = st.sampled_from(
    [
        "",
        "oai:arXiv.org:2406.13121v1",
        "https://example.org/?p=1",
        "pubmed:36456789",
        "abc",
        "a b\n",
    ]
) | st.text(max_size=10)
DOIS = st.sampled_from(
    ["", "10.1109/JSSC.1", "10.1103/a 10.1103/b", "nonsense", "10.48550/arXiv.2406.13121"]
)


@given(LINKS, GUIDS, DOIS, st.none() | st.integers(1, 9), st.text(max_size=5), st.text(max_size=5))
def test_a_work_always_has_a_name_and_each_name_leads_back_to_it(
    link: str, guid: str, doi: str, feed_id: int | None, title: str, abstract: str
) -> None:
    names = aliases(link=link, guid=guid, doi=doi, feed_id=feed_id, title=title, abstract=abstract)
    assert bool(names) == bool(link or guid or doi or title or abstract)
    assert list(names) == sorted(names, key=lambda name: (rank(name), name))
    assert len(set(names)) == len(names)
    for name in names:
        if name.partition(":")[0] != "feed-guid":
            assert resolve(name) == (name,)
        assert name in resolve(name) or not name.isprintable()
        assert rank(name) < 7


@given(LINKS, GUIDS)
def test_the_canonical_link_is_a_fixed_point_and_the_same_work(link: str, guid: str) -> None:
    names = aliases(link=link, guid=guid, feed_id=1)
    if not names:
        return
    printed = canonical_link(link, names)
    assert canonical_link(printed, names) == printed
    if link and resolve(link):
        assert set(resolve(printed)) & {*names, *resolve(link)}


@given(
    st.permutations(["hash:a", "url:https://b.org", "doi:10.1/x", "doi:10.1/a", "arxiv:2406.13121"])
)
def test_the_key_is_the_best_alias_in_any_order(names: list[str]) -> None:
    assert key(names) == "arxiv:2406.13121"
    assert key([name for name in names if name[0] != "a"]) == "doi:10.1/a"


def test_ranks_follow_the_order_of_trust() -> None:
    kinds = ["arxiv", "doi", "pmid", "openreview", "url", "feed-guid", "hash", "unheard-of"]
    assert [rank(f"{kind}:x") for kind in kinds] == list(range(8))


def test_an_arxiv_item_is_never_known_by_its_guid() -> None:
    first = aliases(
        link="https://arxiv.org/abs/2604.21935", guid="oai:arXiv.org:2604.21935v1", feed_id=1
    )
    second = aliases(
        link="https://arxiv.org/abs/2604.21935", guid="oai:arXiv.org:2604.21935v2", feed_id=2
    )
    assert first == second == ("arxiv:2604.21935",)


def test_a_publishers_doi_is_a_second_name_of_an_arxiv_paper() -> None:
    names = aliases(
        link="http://arxiv.org/abs/1409.8018", doi="10.1109/JSSC.2014.2349994 10.1103/b"
    )
    assert names == ("arxiv:1409.8018", "doi:10.1103/b", "doi:10.1109/jssc.2014.2349994")


def test_an_arxiv_doi_is_the_arxiv_paper() -> None:
    assert aliases(doi="10.48550/arXiv.2406.13121") == ("arxiv:2406.13121",)
    assert aliases(link="https://doi.org/10.48550/ARXIV.2406.13121v2") == ("arxiv:2406.13121",)


def test_a_doi_of_the_acl_anthology_tells_the_page_there() -> None:
    page = aliases(link="https://aclanthology.org/P19-1001.pdf")
    assert page == ("url:https://aclanthology.org/P19-1001",)
    assert aliases(doi="10.18653/v1/P19-1001") == ("doi:10.18653/v1/p19-1001", *page)
    assert resolve("https://doi.org/10.18653/v1/p19-1001") == ("doi:10.18653/v1/p19-1001", *page)
    assert aliases(doi="10.18653/v1/2020.acl-main") == ("doi:10.18653/v1/2020.acl-main",)


def test_a_doi_of_a_whole_journal_names_no_article() -> None:
    names = aliases(doi="10.1002/(ISSN)1097-4571", link="https://example.org/a")
    assert names == ("url:https://example.org/a",)


def test_a_guid_counts_only_within_its_feed() -> None:
    assert aliases(guid="42", feed_id=1) == ("feed-guid:1:42",)
    assert aliases(guid="42", feed_id=2) == ("feed-guid:2:42",)
    assert aliases(guid="42")[0].startswith("hash:")


def test_a_guid_is_an_address_only_when_it_is_a_whole_one() -> None:
    assert "url:https://example.org/a" in aliases(guid="http://example.org/a", feed_id=1)
    assert aliases(guid="/a", feed_id=1) == ("feed-guid:1:/a",)


def test_entries_that_all_link_to_the_front_page_stay_apart() -> None:
    first = aliases(link="https://example.org/", guid="1", feed_id=1)
    second = aliases(link="https://example.org/", guid="2", feed_id=1)
    third = aliases(link="https://example.org/", title="Only a title", feed_id=1)
    assert not {*first} & {*second, *third}
    assert aliases(link="https://example.org/") == ("url:https://example.org",)


def test_entries_told_apart_by_an_anchor_of_one_page_stay_apart() -> None:
    page = "http://example.org/2017/06/22.html"
    first = aliases(link=f"{page}#a120629", guid=f"{page}#a120629", feed_id=1)
    second = aliases(link=f"{page}#a090616", guid=f"{page}#a090616", feed_id=1)
    assert not {*first} & {*second}
    third = aliases(guid=f"{page}#a120629", feed_id=1)
    assert third == first


def test_an_anchor_that_says_where_a_reader_came_from_is_ignored() -> None:
    from_feed = aliases(link="https://example.org/a/#atom-everything", guid="1", feed_id=1)
    assert from_feed[0] == "url:https://example.org/a"


def test_without_any_name_the_words_are_the_name() -> None:
    one = aliases(title="A title", abstract="Some  words", feed_id=1)
    assert one == aliases(title=" A title", abstract="Some\nwords", feed_id=1)
    assert one != aliases(title="A title", abstract="Some words", feed_id=2)
    assert one != aliases(title="A titleSome", abstract="words", feed_id=1)
    assert one[0].startswith("hash:")
    assert aliases() == ()


def test_a_guid_of_any_length_makes_a_short_alias() -> None:
    name = aliases(guid="x" * 100_000, feed_id=1)[0]
    assert len(name) < 80
    assert name != aliases(guid="x" * 99_999, feed_id=1)[0]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("arxiv:2406.13121", ("arxiv:2406.13121",)),
        ("2406.13121v3", ("arxiv:2406.13121",)),
        ("math.GT/0309136", ("arxiv:math/0309136",)),
        ("doi:10.1101/857789", ("doi:10.1101/857789",)),
        ("10.1101/857789v2", ("doi:10.1101/857789",)),
        ("pmid:36456789", ("pmid:36456789",)),
        ("openreview:Ab_Cd-1234", ("openreview:Ab_Cd-1234",)),
        ("url:https://example.org/a", ("url:https://example.org/a",)),
        ("https://example.org/a/?utm_source=x", ("url:https://example.org/a",)),
        ("example.org/a", ("url:https://example.org/a",)),
        ("feed-guid:1:a b", ("feed-guid:1:a b",)),
        ("HASH:abc", ("hash:abc",)),
        ("word", ()),
        ("17", ()),
        ("", ()),
    ],
)
def test_what_a_person_types_leads_to_aliases(typed: str, names: tuple[str, ...]) -> None:
    assert resolve(typed) == names


@pytest.mark.parametrize(
    ("link", "names", "printed"),
    [
        ("https://arxiv.org/pdf/2406.13121v2.pdf", (), "https://arxiv.org/abs/2406.13121"),
        ("https://huggingface.co/papers/2406.13121", (), "https://arxiv.org/abs/2406.13121"),
        ("https://a.org/b", ("doi:10.1/x", "arxiv:2406.13121"), "https://arxiv.org/abs/2406.13121"),
        (
            "http://connect.biorxiv.org/content/10.1101/2024.06.06.597716v2.full.pdf?rss=1",
            (),
            "https://www.biorxiv.org/content/10.1101/2024.06.06.597716v2",
        ),
        (
            "http://medrxiv.org/cgi/content/short/857789v1?rss=1",
            (),
            "https://www.medrxiv.org/content/10.1101/857789v1",
        ),
        ("http://Example.org/a?utm_source=x&b=1", (), "http://example.org/a?b=1"),
        ("http://arxiv.org/abs/2406.13121", (), "https://arxiv.org/abs/2406.13121"),
        ("", ("doi:10.1/x",), "https://doi.org/10.1/x"),
        ("", ("pmid:1",), "https://pubmed.ncbi.nlm.nih.gov/1"),
        ("", ("feed-guid:1:2",), ""),
        ("10.1101/857789", (), "https://doi.org/10.1101/857789"),
        ("urn:x", (), "urn:x"),
    ],
)
def test_the_link_an_issue_prints(link: str, names: tuple[str, ...], printed: str) -> None:
    assert canonical_link(link, names) == printed


@pytest.mark.parametrize(
    ("link", "pdf"),
    [
        ("https://arxiv.org/abs/2406.13121v2", "https://arxiv.org/pdf/2406.13121"),
        (
            "https://www.biorxiv.org/content/10.1101/2024.06.06.597716v1?rss=1",
            "https://www.biorxiv.org/content/10.1101/2024.06.06.597716v1.full.pdf",
        ),
        ("https://openreview.net/forum?id=abc", "https://openreview.net/pdf?id=abc"),
        ("https://example.org/a.PDF", "https://example.org/a.PDF"),
        ("https://example.org/a", None),
        ("", None),
    ],
)
def test_the_pdf_is_known_where_the_link_gives_it_away(link: str, pdf: str | None) -> None:
    assert pdf_link(link) == pdf
