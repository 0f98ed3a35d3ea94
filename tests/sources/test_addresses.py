"""What may be typed as a subscription."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.errors import SourceError
from hauler_tui.sources.addresses import is_public_address, shown, subscription_url


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://blog.example/feed.xml", "https://blog.example/feed.xml"),
        ("  HTTPS://Blog.Example/Feed?a=B#part ", "https://blog.example/Feed?a=B"),
        ("http://blog.example", "http://blog.example/"),
        ("https://blog.example/über", "https://blog.example/%C3%BCber"),
        ("arxiv:cs.CL", "https://rss.arxiv.org/rss/cs.CL"),
        ("arXiv:cs.cl+CS.lg", "https://rss.arxiv.org/rss/cs.CL+cs.LG"),
        ("arxiv:cond-mat.Mes-Hall", "https://rss.arxiv.org/rss/cond-mat.mes-hall"),
        ("arxiv:quant-ph", "https://rss.arxiv.org/rss/quant-ph"),
        ("http://export.arxiv.org/rss/cs.CL", "https://rss.arxiv.org/rss/cs.CL"),
        ("https://arxiv.org/rss/math.QA", "https://rss.arxiv.org/rss/math.QA"),
        ("http://rss.arxiv.org/atom/cs.LG", "https://rss.arxiv.org/atom/cs.LG"),
        ("https://arxiv.org/list/cs.AI/recent", "https://rss.arxiv.org/rss/cs.AI"),
        (
            "biorxiv:plant-biology",
            "https://connect.biorxiv.org/biorxiv_xml.php?subject=plant_biology",
        ),
        ("medrxiv:neurology", "https://connect.medrxiv.org/medrxiv_xml.php?subject=neurology"),
    ],
)
def test_what_people_type_becomes_the_address_to_fetch(typed: str, url: str) -> None:
    assert subscription_url(typed) == url


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "no address"),
        ("htps://blog.example/feed", "did you mean https://blog.example/feed?"),
        ("http//blog.example/feed", "did you mean https://blog.example/feed?"),
        ("blog.example/feed.xml", "did you mean https://blog.example/feed.xml?"),
        ("ftp://blog.example/feed", "“ftp:” addresses cannot be fetched"),
        ("file:///etc/passwd", "“file:” addresses cannot be fetched"),
        ("javascript:alert(1)", "cannot be fetched"),
        ("just words", "not an address"),
        ("http://", "not a web address"),
        ("http://[::1", "not a web address"),
        ("http://a b.example/", "not a web address"),
        ("arxiv:", "not a category"),
        ("arxiv:mth.AG", "did you mean math.AG"),
        ("arxiv:cs.CL+", "not a category"),
        ("biorxiv:plant_bilogy", "did you mean plant_biology,"),
        ("https://x.com/someone", "has no feed"),
        ("http://127.0.0.1/feed", "not fetched"),
        ("http://localhost:8080/feed", "not fetched"),
        ("http://192.168.1.4/feed", "not fetched"),
        ("http://169.254.169.254/latest", "a link-local address, which is never fetched"),
        ("http://[::ffff:10.0.0.1]/", "not fetched"),
    ],
)
def test_nonsense_is_refused_in_a_sentence_with_a_hint(typed: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        subscription_url(typed)
    assert said in f"{caught.value.message} {caught.value.hint}"
    assert caught.value.hint


def test_a_private_address_is_taken_when_allowed() -> None:
    url = "http://127.0.0.1:8000/feed"
    assert subscription_url(url, allow_private_networks=True) == url


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.31.0.1",
        "192.168.1.4",
        "[::1]",
        "[fd12::1]",
        "[::ffff:10.0.0.1]",
    ],
)
def test_this_machine_and_private_networks_are_taken_when_allowed(number: str) -> None:
    url = f"http://{number}/feed"
    assert subscription_url(url, allow_private_networks=True) == url
    with pytest.raises(SourceError, match="not fetched"):
        subscription_url(url)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("169.254.169.254", "a link-local"),
        ("[fe80::1]", "a link-local"),
        ("[::ffff:169.254.169.254]", "a link-local"),
        ("[64:ff9b::a9fe:a9fe]", "a link-local"),
        ("[2002:a9fe:a9fe::]", "a link-local"),
        ("224.0.0.1", "a multicast"),
        ("[ff02::1]", "a multicast"),
        ("0.0.0.0", "an unspecified"),
        ("[::]", "an unspecified"),
        ("240.0.0.1", "a reserved"),
        ("255.255.255.255", "a reserved"),
        ("192.0.0.192", "a reserved"),
        ("100.100.100.200", "a shared"),
        ("[fec0::1]", "a reserved"),
        ("[::127.0.0.1]", "a reserved"),
        ("[fd00:ec2::254]", "a cloud's metadata"),
    ],
)
def test_no_setting_opens_an_address_that_is_neither_public_nor_ones_own(
    number: str, kind: str
) -> None:
    for allowed in (True, False):
        with pytest.raises(SourceError, match=f"{kind} address, which is never fetched"):
            subscription_url(f"http://{number}/", allow_private_networks=allowed)


@given(st.text(max_size=60))
def test_any_text_gives_an_address_or_a_source_error(text: str) -> None:
    try:
        url = subscription_url(text)
    except SourceError:
        return
    assert url.isascii()
    assert url.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("nonsense", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, is_public: bool) -> None:
    assert is_public_address(address) is is_public


def test_messages_never_show_passwords_or_tokens() -> None:
    url = "https://me:secret@site.example/rss?feed=rss2&page=2&access_token=t0k&API-Key=k"
    assert shown(url) == "https://site.example/rss?feed=rss2&page=2&access_token=…&API-Key=…"
    reddit = "https://www.reddit.com/.rss?feed=abc123&user=me&page=2"
    assert shown(reddit) == "https://www.reddit.com/.rss?feed=…&user=…&page=2"
