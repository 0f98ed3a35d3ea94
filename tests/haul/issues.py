"""Generated issues with an inside, and edits of single blocks, for what compares versions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

WORDS = ("moss", "silt", "weir", "eddy", "reed", "loam", "é…漢", "**bold**", "[l](/river-log-6)")
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
paragraphs = st.lists(
    st.one_of(words, words.map("- {}\n- more".format), words.map("> {}".format)), max_size=3
)


@dataclass(frozen=True)
class Paper:
    """A card."""

    number: int
    title: str
    abstract: str = ""
    note: str = ""
    below: str = ""

    def text(self, style: Style) -> str:
        """Its HTML and what stands below it."""
        rows = [f'<a href="https://example.org/{self.number}">', f"<h4>{self.title}</h4>"]
        rows += [f"<p>{self.abstract}</p>"] if self.abstract else []
        rows = ["<blockquote>", *(style.indent + row for row in [*rows, "</a>"]), "</blockquote>"]
        below = f"<hr/>\n\n**Aside**\n\n{self.below}" if self.below else ""
        return "\n\n".join(filter(None, ("\n".join(rows), self.note, below)))


@dataclass(frozen=True)
class Style:
    """How a hand lays a file out."""

    indent: str = "    "
    rule: str = "\n\n<hr/>\n\n"
    ending: str = "\n"
    tail: str = "\n\n<br/>\n<br/>\n<br/>\n"


@dataclass(frozen=True)
class Issue:
    """An issue: front matter, prose lanes, papers of the cards lane."""

    front: dict[str, str]
    intro: str
    lanes: dict[str, str]
    papers: tuple[Paper, ...]
    above: str = ""
    """The prose above the first card."""

    def text(self, style: Style = Style()) -> str:
        """The file."""
        front = "".join(f"{key}: {value}\n" for key, value in self.front.items())
        parts = [f"---\n{front}---\n", f"\n{self.intro}\n" if self.intro else ""]
        parts += [
            f"\n## {name}\n\n{text}\n" if text else f"\n## {name}\n"
            for name, text in self.lanes.items()
        ]
        parts.append("\n## Papers")
        if self.above:
            parts.append(f"\n\n{self.above}")
        if self.papers:
            parts.append("\n\n" + style.rule.join(paper.text(style) for paper in self.papers))
        return ("".join(parts) + style.tail).replace("\n", style.ending)


styles = st.builds(
    Style,
    indent=st.sampled_from(("    ", "", "\t")),
    rule=st.sampled_from(("\n\n<hr/>\n\n", "\n\n<hr/>\n", "\n\n<hr>\n\n", "\n\n\n<hr />\n\n")),
    ending=st.sampled_from(("\n", "\r\n")),
    tail=st.sampled_from(("\n\n<br/>\n<br/>\n<br/>\n", "\n", "", "\n\n<br>\n", "\n\n\n")),
)


@st.composite
def issues(draw: st.DrawFn) -> Issue:
    """An issue with up to three lanes and five papers."""
    prose = paragraphs.map("\n\n".join)
    numbers = draw(st.lists(st.integers(1, 40), unique=True, max_size=5))
    papers = tuple(
        Paper(n, f"Paper {n}", draw(st.sampled_from(("", "Words & more."))), draw(prose))
        for n in numbers
    )
    papers = tuple(
        replace(paper, below=draw(st.sampled_from(("", "", "", f"By hand {paper.number}."))))
        for paper in papers
    )
    names = draw(st.lists(st.sampled_from(("Comments", "Gossip", "Tools")), unique=True))
    front = {"title": "Log ~3", "snippet": f"{len(papers)} new papers", "tags": "bio,x"}
    if draw(st.booleans()):
        front["layout"] = "post"
    return Issue(front, draw(prose), {name: draw(prose) for name in names}, papers, draw(prose))


EDITS = ("note", "title", "abstract", "prose", "front", "remove", "add", "below", "intro", "lane")


@st.composite
def edited(
    draw: st.DrawFn,
    issue: Issue,
    mark: str,
    untouched: frozenset[str] = frozenset(),
    only: str = "",
) -> tuple[Issue, frozenset[str]]:
    """The issue after a few edits by one hand, and the blocks that they touch.

    ``mark`` is in everything that is written; nothing in ``untouched`` is. ``only`` asks for one
    edit of that kind.
    """
    touched: set[str] = set()
    kinds = st.lists(st.sampled_from(EDITS), min_size=1, max_size=4)
    for kind in [only] if only else draw(kinds):
        taken = untouched | touched
        numbers = [p.number for p in issue.papers if f"card {p.number}" not in taken]
        match kind:
            case "note" | "title" | "abstract" | "below" | "remove" if numbers:
                number = draw(st.sampled_from(numbers))
                key = f"card {number}"
                if kind == "remove":
                    papers = tuple(p for p in issue.papers if p.number != number)
                else:
                    old = next(p for p in issue.papers if p.number == number)
                    new = replace(old, **{str(kind): f"{mark} {draw(words)}"})  # type: ignore[arg-type]
                    papers = tuple(new if p is old else p for p in issue.papers)
                issue = replace(issue, papers=papers)
            case "add":
                number = draw(st.integers(50, 59)) + (10 if mark == "theirs" else 0)
                key = f"card {number}"
                if key in taken or any(p.number == number for p in issue.papers):
                    continue
                at = draw(st.integers(0, len(issue.papers)))
                one = Paper(number, f"{mark} {number}", note=draw(words))
                issue = replace(issue, papers=(*issue.papers[:at], one, *issue.papers[at:]))
            case "prose" if free := [n for n in issue.lanes if f"lane {n}" not in taken]:
                name = draw(st.sampled_from(free))
                key = f"lane {name}"
                text = draw(st.sampled_from((f"{mark} prose", f"{mark}\n\n- more {mark}")))
                issue = replace(issue, lanes={**issue.lanes, name: text})
            case "lane":
                key = f"lane {mark}"
                if key in taken:
                    continue
                issue = replace(issue, lanes={**issue.lanes, mark: f"{mark} began it"})
            case "intro" if "intro" not in taken:
                key, issue = "intro", replace(issue, intro=f"{mark} intro")
            case "front" if free := [k for k in issue.front if f"front {k}" not in taken]:
                name = draw(st.sampled_from(free))
                key = f"front {name}"
                issue = replace(issue, front={**issue.front, name: f"{mark} value"})
            case _:
                continue
        touched.add(key)
    if "front snippet" not in touched and f"{len(issue.papers)}" not in issue.front["snippet"]:
        front = {**issue.front, "snippet": f"{len(issue.papers)} new papers"}
        issue = replace(issue, front=front) if "new papers" in issue.front["snippet"] else issue
    return issue, frozenset(touched)
