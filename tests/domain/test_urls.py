"""Addresses of one page are one address, and of two pages stay two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.urls import is_bare_site, normalise_url, tidy_url

ADDRESSES = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "Https"]),
    st.sampled_from(
        ["example.org", "Example.ORG:80", "a.b:8080", "www.youtube.com", "x.com", "[::1]",
         "bücher.de", "user:pass@example.org:443", "example.org.", "example.org:bad", "e x.org"]
    ),
    st.text(st.sampled_from("/ab%2E41?&=#!utm_ é+~.;:\t\x00[]@"), max_size=30)
    | st.text(max_size=15),
)  # fmt: skip


@given(ADDRESSES | st.text(max_size=40))
def test_normalising_twice_is_normalising_once(url: str) -> None:
    once = normalise_url(url)
    if once is not None:
        assert normalise_url(once) == once
        assert once.isascii()
        assert once.isprintable()


@given(ADDRESSES)
def test_a_tidy_address_is_still_the_same_page(url: str) -> None:
    tidy = tidy_url(url)
    assert tidy_url(tidy) == tidy
    assert normalise_url(tidy) == normalise_url(url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("https://EXAMPLE.org:443/a/", "https://example.org/a"),
        ("https://example.org/a#top", "https://example.org/a"),
        ("https://example.org/?a=1&#038;p=2", "https://example.org/?a=1&amp;p=2"),
        ("https://[0:0::1]/a", "http://[::1]/a"),
        ("https://example.org/a?utm_source=x&utm_medium=rss&id=1", "https://example.org/a?id=1"),
        ("https://example.org/a?rss=1", "https://example.org/a"),
        ("https://example.org/a?af=R", "https://example.org/a"),
        ("https://example.org/a?ref=hn&fbclid=1&gclid=2&mc_cid=3&rft_dat=4", "https://example.org/a"),
        ("https://example.org/%7Ejoe/%c3%a9", "https://example.org/~joe/%C3%A9"),
        ("https://example.org/é", "https://example.org/%C3%A9"),
        ("https://bücher.de/a", "https://xn--bcher-kva.de/a"),
        ("https://youtu.be/wy_z_KKClBE?t=3", "https://www.youtube.com/watch?v=wy_z_KKClBE"),
        ("https://m.youtube.com/watch?app=x&v=wy_z_KKClBE", "https://youtu.be/wy_z_KKClBE"),
        ("https://www.youtube.com/shorts/wy_z_KKClBE", "https://youtu.be/wy_z_KKClBE"),
        ("https://twitter.com/a/status/1750952860131729544?s=20", "https://x.com/a/status/1750952860131729544"),
        ("https://x.com/i/web/status/1/photo/1", "https://mobile.twitter.com/b/status/1"),
        ("https://old.reddit.com/r/a/comments/b/", "https://www.reddit.com/r/a/comments/b"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC804/", "https://pmc.ncbi.nlm.nih.gov/articles/PMC804"),
        ("https://www.sciencedirect.com/science/article/abs/pii/S0004370221000862?via%3Dihub",
         "https://linkinghub.elsevier.com/retrieve/pii/s0004370221000862"),
        ("https://www.sciencedirect.com/science/article/pii/S000437022100086X/pdfft?md5=1&pid=2",
         "https://www.sciencedirect.com/science/article/pii/S000437022100086X"),
        ("https://aclanthology.org/2020.acl-main.1.pdf", "https://aclanthology.org/2020.acl-main.1/"),
        ("https://www.aclweb.org/anthology/P19-1001v2.pdf", "https://aclanthology.org/P19-1001"),
        ("https://europepmc.org/articles/pmc804", "https://europepmc.org/article/PMC/PMC804"),
    ],
)  # fmt: skip
def test_addresses_of_one_page_are_one(one: str, other: str) -> None:
    assert normalise_url(one) == normalise_url(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?b=1&a=2", "https://example.org/a?a=2&b=1"),
        ("https://example.org/a?rss=2", "https://example.org/a"),
        ("https://example.org/a?af=x", "https://example.org/a"),
        ("https://example.org/#/one", "https://example.org/#/two"),
        ("https://example.org/#!one", "https://example.org/#!two"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("https://www.example.org/a", "https://example.org/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://youtu.be/wy_z_KKClBE", "https://youtu.be/wy_z_KKClBf"),
        ("https://aclanthology.org/2020.acl-main.1", "https://aclanthology.org/2020.acl-main.11"),
        ("https://aclanthology.org/volumes/2020.acl-main", "https://aclanthology.org/2020.acl-main.1"),
        ("https://www.sciencedirect.com/science/article/pii/S0004370221000862",
         "https://www.sciencedirect.com/science/article/pii/S0004370221000863"),
        ("https://x.com/a/status/1", "https://x.com/a/status/2"),
        ("https://www.ncbi.nlm.nih.gov/pmc/journals/804/", "https://pmc.ncbi.nlm.nih.gov/articles/PMC804"),
    ],
)  # fmt: skip
def test_addresses_of_two_pages_stay_two(one: str, other: str) -> None:
    assert normalise_url(one) != normalise_url(other)


@pytest.mark.parametrize(
    "text",
    ["", "example.org", "javascript:alert(1)", "file:///etc/passwd", "ftp://a.org/b",
     "mailto:a@b.c", "--version", "http://", "http:///path", "http://[:]/", "https://[bad/",
     "https://a.org:99999/", "https://" + "a" * 5000],
)  # fmt: skip
def test_what_is_no_web_address_has_no_form(text: str) -> None:
    assert normalise_url(text) is None
    assert tidy_url(text) == text


@pytest.mark.parametrize(
    ("url", "tidy"),
    [
        ("http://Example.org/A/?utm_source=x&b=1#part", "http://example.org/A/?b=1#part"),
        ("HTTPS://example.org/a", "https://example.org/a"),
        ("http://dx.doi.org/10.1/x", "https://dx.doi.org/10.1/x"),
        ("http://old.reddit.com/r/a", "https://old.reddit.com/r/a"),
        ("http://mydoi.org/a", "http://mydoi.org/a"),
        ("http://localhost:8000/a", "http://localhost:8000/a"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("https://twitter.com/a/status/1?s=20&t=abc", "https://twitter.com/a/status/1"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/a#:~:text=word", "https://example.org/a"),
    ],
)
def test_a_tidy_address_is_what_an_issue_prints(url: str, tidy: str) -> None:
    assert tidy_url(url) == tidy


def test_a_stray_percent_sign_is_no_encoding() -> None:
    assert normalise_url("https://example.org/%4%31") == "https://example.org/%2541"
    assert normalise_url("https://example.org/%2541") == "https://example.org/%2541"


def test_a_bare_site_is_told_from_a_page() -> None:
    assert is_bare_site("https://example.org")
    assert not is_bare_site("https://example.org/a")
    assert not is_bare_site("https://example.org?p=1")


@given(
    st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}\.example", fullmatch=True),
    st.from_regex(r"(/[A-Za-z0-9_.~/-]{0,20})?", fullmatch=True),
    st.sampled_from(["", "?", "#", "?utm_source=x", "#part", ":80"]),
)
def test_an_address_of_host_and_path_is_one_with_any_that_says_no_more(
    host: str, path: str, more: str
) -> None:
    plain = f"http://{host}{path}"
    other = f"HTTPS://{host}:443{path}" if more == ":80" else f"{plain}{more}"
    assert normalise_url(plain) == normalise_url(other) == f"https://{host}{path.rstrip('/')}"
    assert tidy_url(f"https://{host}{path}") == f"https://{host}{path}"
