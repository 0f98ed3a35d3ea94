"""The first law from file to file: what is imported is compiled to the very bytes."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from hauler_tui.library.library import Library
from hauler_tui.workflows.publish import compile_text, import_files
from hauler_tui.workflows.writing import Writing, write_issue
from tests.factories import NOW
from tests.haul.posts import patient, posts, texts

FILES = st.lists(st.one_of(posts(), texts).map(str.encode), min_size=1, max_size=4)


@settings(patient, max_examples=patient.max_examples // 2)
@given(FILES)
def test_any_file_comes_back_byte_for_byte_and_may_be_written_again(files: list[bytes]) -> None:
    with TemporaryDirectory() as folder, Library.open(Path(folder) / "library") as library:
        paths = [Path(folder) / f"post-{number}.md" for number in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        reports = import_files(library, paths, NOW)
        for path, data, report in zip(paths, files, reports, strict=True):
            if not data.strip() or b"\0" in data:
                assert report.refusal
                continue
            assert report.refusal is None
            assert compile_text(library, path.stem).encode() == data
            assert write_issue(library, path.stem, NOW, path=path) == Writing(path=path)
            assert path.read_bytes() == data
