"""Pages of arXiv's records: what is asked for, and what is made of any answer."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hauler_tui.domain.feed import FeedState, Outcome, Updated
from hauler_tui.domain.harvest import ListPage
from hauler_tui.errors import SourceError
from hauler_tui.sources.feeds import parse_feed
from hauler_tui.sources.http import Answer
from hauler_tui.sources.messages import Decoder, encode
from hauler_tui.sources.oaipmh import Records, first_url, next_url, people, read, set_of
from hauler_tui.sources.outcomes import conclude
from hauler_tui.sources.settings import ARXIV_RECORDS, FetchSettings, Job
from hauler_tui.sources.subjects import ARXIV_CATEGORIES
from tests.sources.oaiserver import listed, page, record, refused

NOW = datetime(2026, 5, 7, 12, tzinfo=UTC)
URL = "https://oaipmh.arxiv.org/oai?verb=ListRecords"
SUBMITTED = [datetime(2026, 5, 4, 9, 30, 7, tzinfo=UTC), datetime(2026, 5, 6, 1, tzinfo=UTC)]


def of(body: bytes) -> Records:
    return read(body, url=URL, now=NOW)


def concluded(body: bytes, status: int = 200, **headers: str) -> Outcome:
    job = Job(feed_id=3, url=URL, state=FeedState(), reads="records")
    answer = Answer(status=status, headers=headers, body=body, url=URL)
    return conclude(job, answer, FetchSettings(), now=NOW, jitter=0.0)


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("cs.CL", "cs:cs:CL"),
        ("cs", "cs:cs"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("physics.optics", "physics:physics:optics"),
        ("hep-th", "physics:hep-th"),
        ("math-ph", "physics:math-ph"),
    ],
)
def test_a_category_is_a_set_of_its_group_and_archive(subject: str, name: str) -> None:
    assert set_of(subject) == name


def test_every_category_has_a_set_of_its_own() -> None:
    names = [set_of(name) for name in ARXIV_CATEGORIES.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z-]+(:[A-Za-z-]+){1,2}", name) for name in names)


def test_a_list_is_asked_for_as_the_protocol_says() -> None:
    first = first_url(ARXIV_RECORDS, "cs.CL", date(2026, 5, 4), date(2026, 5, 7))
    assert first == (
        "https://oaipmh.arxiv.org/oai?verb=ListRecords&metadataPrefix=arXivRaw&set=cs:cs:CL"
        "&from=2026-05-04&until=2026-05-07"
    )
    assert next_url(ARXIV_RECORDS, "a b|1&2") == (
        "https://oaipmh.arxiv.org/oai?verb=ListRecords&resumptionToken=a+b%7C1%262"
    )


def test_who_names_an_api_of_their_own_is_not_sent_to_arxiv_behind_their_back() -> None:
    assert FetchSettings().records == ARXIV_RECORDS
    assert FetchSettings(arxiv_api="http://127.0.0.1/api").records == ""
    mirror = FetchSettings(arxiv_api="http://127.0.0.1/api", arxiv_oai="http://127.0.0.1/oai")
    assert mirror.records == "http://127.0.0.1/oai"


_API = r"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
<id>https://arxiv.org/api/x</id><title>arXiv Query: search_query=x</title>
<entry><id>http://arxiv.org/abs/2605.00001v2</id>
<title>On $a&lt;b$ and Erd\H{o}s: Caf\'e</title>
<updated>2026-05-06T01:00:00Z</updated><published>2026-05-04T09:30:07Z</published>
<summary>We show $0\leq p &lt;r$ for
{\L}ukasiewicz.

Second &amp; last.</summary>
<category term="cs.CL"/><category term="cs.LG"/><arxiv:primary_category term="cs.CL"/>
<arxiv:comment>12 pages, accepted</arxiv:comment>
<arxiv:journal_ref>J. X 1 (2026)</arxiv:journal_ref>
<arxiv:doi>10.1234/ABC</arxiv:doi>
<author><name>Paul Erd\H{o}s</name><arxiv:affiliation>Inst, City</arxiv:affiliation></author>
<author><name>Ada Example</name></author><author><name>Bo Ng</name></author></entry></feed>"""
_SAME = record(
    "2605.00001",
    submitted=SUBMITTED,
    title="On $a<b$ and Erd\\H{o}s:\n  Caf\\'e",
    authors="Paul Erd\\H{o}s (Inst, City), Ada Example and\n  Bo Ng",
    categories="cs.CL cs.LG",
    abstract="  We show $0\\leq p <r$ for\n{\\L}ukasiewicz.\n  Second & last.\n",
    more="<comments>12 pages, accepted</comments><journal-ref>J. X 1 (2026)</journal-ref>"
    "<doi>10.1234/ABC 10.1234/def</doi><report-no>X-1</report-no>",
)


def test_a_record_is_the_very_entry_that_the_query_api_gives() -> None:
    (told,) = parse_feed(
        _API.encode(), url="https://export.arxiv.org/api/query", content_type=None, feed_id=1,
        now=NOW,
    ).entries  # fmt: skip
    found = of(listed([_SAME]).body)
    assert found.entries == (told,)
    assert found.page == ListPage(records=1)
    assert told.published == SUBMITTED[0]
    assert told.version == 2


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A One and B Two", ("A One", "B Two")),
        ("A One, B Two, and C Three", ("A One", "B Two", "C Three")),
        ("A Sand, B Andrews", ("A Sand", "B Andrews")),
        ("A (X and Y, Z) and B (W)", ("A (X and Y, Z)", "B (W)")),
        ("A (1), B (2) and C (1 and 2) ((1) X, (2) Y)", ("A", "B", "C")),
        ("ABC Collaboration: A One and B Two", ("ABC Collaboration", "A One", "B Two")),
        ("C. Bal\\'azs,\n  E. L. Berger", ("C. Balázs", "E. L. Berger")),
        ("A (X", ("A (X",)),
        ("", ()),
    ],
)
def test_the_one_string_of_authors_becomes_their_names(text: str, names: tuple[str, ...]) -> None:
    assert people(text) == names


_WORD = "[A-Z][a-z]{2,8}"
_NAME = st.from_regex(rf"{_WORD} {_WORD}( \({_WORD}, {_WORD}\))?", fullmatch=True)
_JOIN = st.sampled_from([", ", " and ", ", and ", ",\n  "])


@given(st.lists(st.tuples(_NAME, _JOIN), min_size=1, max_size=8))
def test_names_come_out_as_they_went_in_however_they_are_joined(
    parts: list[tuple[str, str]],
) -> None:
    text = "".join(f"{join if number else ''}{name}" for number, (name, join) in enumerate(parts))
    assert people(text) == tuple(name for name, _ in parts)


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), max_size=3),
    st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), max_size=30),
)
def test_any_titles_and_any_token_come_through(titles: list[str], token: str) -> None:
    records = [
        record(f"2605.{number:05}", submitted=SUBMITTED, title=title or "t")
        for number, title in enumerate(titles, 1)
    ]
    found = of(listed(records, token=token, size=9).body)
    assert found.page.token == token
    assert [entry.aliases[0] for entry in found.entries] == [
        f"arxiv:2605.{number:05}" for number in range(1, len(titles) + 1)
    ]


def test_a_page_names_the_next_one_and_how_many_records_there_are() -> None:
    found = of(listed([_SAME], token="x|1", size=1_200).body)
    assert found.page == ListPage(token="x|1", names_rest=True, records=1, size=1_200)
    last = of(listed([_SAME], size=1_200, names_rest=True).body)
    assert last.page == ListPage(names_rest=True, records=1, size=1_200)


def test_nothing_matches_is_a_list_of_nothing() -> None:
    assert of(refused("noRecordsMatch", "none").body) == Records(entries=(), page=ListPage())


def test_what_nests_too_deeply_is_damage() -> None:
    found = of(page("<a>" * 60 + "</a>" * 60).body)
    assert (found.is_whole, found.entries) == (False, ())


def test_an_expired_token_is_told() -> None:
    assert of(refused("badResumptionToken", "old").body).page.is_expired


def test_a_deleted_record_counts_and_is_no_paper() -> None:
    header = '<header status="deleted"><identifier>oai:arXiv.org:1</identifier></header>'
    gone = f"<record>{header}</record>"
    found = of(listed([gone, _SAME]).body)
    assert (len(found.entries), found.page.records, found.page.unread) == (1, 2, 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Mon, 04 May 2026 09:30:07 GMT", "some day"),
        ("Mon, 04 May 2026 09:30:07 GMT", "Mon, 04 May 2099 09:30:07 GMT"),
        ('version="v1"', 'version="first"'),
        ("2605.00001", "none"),
    ],
)  # fmt: skip
def test_a_record_without_a_name_or_a_date_is_counted_as_unread(old: str, new: str) -> None:
    found = of(listed([_SAME.replace(old, new)]).body)
    assert (found.entries, found.page.unread) == ((), 1)


_BODY = listed([_SAME, _SAME.replace("00001", "00002")], token="more").body


@given(st.integers(_BODY.index(b"<responseDate"), len(_BODY) - 1))
def test_a_page_that_is_cut_off_is_never_taken_for_a_whole_one(length: int) -> None:
    found = of(_BODY[:length])
    assert not found.is_whole
    assert len(found.entries) == _BODY[:length].count(b"</record>")


@pytest.mark.parametrize(
    "body",
    [
        _BODY.replace(b"Caf", b"\x0bCaf\x00"),
        _BODY.replace(b"Caf", b"Caf\xff"),
        b"\xef\xbb\xbf" + _BODY.replace(b"Caf", b"\x08Caf"),
        _BODY.replace(b"UTF-8", b"klingon"),
    ],
)
def test_characters_that_xml_forbids_cost_no_record(body: bytes) -> None:
    found = of(body)
    assert (len(found.entries), found.is_whole, found.page.token) == (2, True, "more")


_DECLARED = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + listed(
    [_SAME.replace("Second", "&b;")]
).body.partition(b"?>")[2].replace(b"&amp;b;", b"&b;")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "oaipmh.arxiv.org sent an empty answer"),
        (b"<html><form><input type=password></form></html>", "oaipmh.arxiv.org sent a login page"),
        (b"<!DOCTYPE html><html><title>Sign in</title></html>", "oaipmh.arxiv.org sent a login"),
        (b"<html><title>Home</title></html>", "oaipmh.arxiv.org sent a web page instead of its"),
        (b"<?xml version='1.0'?><rss/>", "oaipmh.arxiv.org sent XML (<rss>)"),
        (b"<OAI-PMH><ListRecords/></OAI-PMH>", "oaipmh.arxiv.org sent a damaged answer"),
        (_BODY[:80], "oaipmh.arxiv.org sent a damaged answer"),
        (_DECLARED, "oaipmh.arxiv.org sent a document with definitions of its own, refused"),
        (_DECLARED.replace(b'"aaaa"', b'SYSTEM "file:///etc/passwd"'),
         "oaipmh.arxiv.org sent a document with definitions"),
        (page("<Identify/>").body, "oaipmh.arxiv.org answered in words that hauler does not know"),
        (refused("cannotDisseminateFormat", "no arXivRaw").body,
         "oaipmh.arxiv.org refused to list its records: cannotDisseminateFormat no arXivRaw"),
        (refused("badArgument", "x\x1b[31m").body.replace(b"\x1b", b""),
         "oaipmh.arxiv.org refused to list its records: badArgument x"),
    ],
)  # fmt: skip
def test_what_is_no_page_of_records_is_told_in_a_sentence(body: bytes, told: str) -> None:
    with pytest.raises(SourceError) as caught:
        of(body)
    assert caught.value.message.startswith(told)


@given(st.binary(max_size=300))
def test_any_bytes_are_records_or_a_sentence(body: bytes) -> None:
    outcome = concluded(body)
    assert outcome.state.error or isinstance(outcome, Updated)


def test_a_page_and_its_token_go_through_a_worker_as_they_are() -> None:
    outcome = concluded(_BODY)
    assert isinstance(outcome, Updated)
    decoder = Decoder()
    told = [decoder.add(line) for line in encode(outcome)]
    assert told[-1] == outcome
    assert outcome.page == ListPage(token="more", names_rest=True, records=2)


def test_a_refusal_is_read_whatever_its_status() -> None:
    outcome = concluded(refused("badResumptionToken", "old").body, 400)
    assert isinstance(outcome, Updated)
    assert outcome.page is not None
    assert outcome.page.is_expired


def test_flow_control_is_a_wait_that_force_does_not_overrule() -> None:
    outcome = concluded(b"busy", 503, **{"retry-after": "20"})
    assert outcome.state.wait_until == NOW + timedelta(seconds=20)
