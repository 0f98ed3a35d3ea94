from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_nothing_acknowledged_is_lost_when_the_process_is_killed_at_any_moment(
    tmp_path: Path,
) -> None:
    storm = [sys.executable, "-m", "tests.library.storm", str(tmp_path / "library"), "30"]
    told = subprocess.run(storm, capture_output=True, check=True, text=True, timeout=120)
    result = json.loads(told.stdout)
    assert result["points"] == 30
    assert result["acknowledged"] > 0
    assert result["lost"] == []
