"""Where hauler keeps its files, by the platform's conventions."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_APPLICATION = "hauler"


def default_library() -> Path:
    """The folder of the library when neither an option, a variable nor the config names one."""
    return Path(platformdirs.user_data_dir(_APPLICATION, appauthor=False)) / "library"


def default_config() -> Path:
    """The configuration file, which may not exist."""
    return Path(platformdirs.user_config_dir(_APPLICATION, appauthor=False)) / "config.toml"


def user_themes(config: Path) -> Path:
    """The folder of the person's own themes, beside their configuration file."""
    return config.parent / "themes"


def default_state() -> Path:
    """What the program remembers about itself: last view, pane sizes, theme."""
    return Path(platformdirs.user_state_dir(_APPLICATION, appauthor=False)) / "state.json"


def default_log() -> Path:
    """The log file, where the full text of an unexpected failure goes."""
    return Path(platformdirs.user_log_dir(_APPLICATION, appauthor=False)) / "hauler.log"
