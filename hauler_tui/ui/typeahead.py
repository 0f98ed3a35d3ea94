"""Keys one after the other, however fast they come.

Textual sends a key to the widget that has the focus when the key *arrives*. A key that moves the
focus has then not been handled yet, so of ``/mamba`` typed in one burst, or pasted by a script,
every letter would be a command. Here a key is sent when the one before it has run its course: a
token follows it through the queues of the widget and of all its parents.
"""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import TypeVar

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

ReturnType = TypeVar("ReturnType")

_LOOK_AGAIN_SECONDS = 0.005
_LONGEST_WAIT_SECONDS = 1.0
"""How long a key waits for a new screen to focus something, or for a widget that has gone."""


class TypeAheadApp(App[ReturnType]):
    """An app that handles one key at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: deque[events.Key] = deque()
        self.last_key_at = monotonic()
        """When the last key came, by the monotonic clock."""

    _sent_at: float | None = None
    """When the key was sent that has not run its course; None when there is none."""
    _waiting_since: float | None = None
    """Since when the next key waits for a new screen."""

    async def on_event(self, event: events.Event) -> None:
        """Hold a key back until the one before it is done."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self.last_key_at = monotonic()
        self._keys.append(event)
        if self._sent_at is None or monotonic() - self._sent_at > _LONGEST_WAIT_SECONDS:
            await self._send_next()

    async def _send_next(self) -> None:
        self._sent_at = None
        if not self._keys or self._waits_for_screen():
            return
        self._sent_at = monotonic()
        target: MessagePump = self.focused or self.screen
        await super().on_event(self._keys.popleft())
        self._follow(target)

    def _waits_for_screen(self) -> bool:
        """Whether a screen was pushed that has not focused anything yet."""
        if self.screen.focused is not None:
            self._waiting_since = None
            return False
        now = monotonic()
        self._waiting_since = self._waiting_since or now
        if now - self._waiting_since > _LONGEST_WAIT_SECONDS:
            return False
        self._sent_at = now
        self.set_timer(_LOOK_AGAIN_SECONDS, self._send_next)
        return True

    def _follow(self, place: MessagePump | None) -> None:
        """Stand in the queue of each place that the key passes, the app's last."""
        if place is None or place is self:
            self.post_message(events.Callback(callback=self._send_next))
        elif place.is_running:
            parent = place._parent
            place.post_message(events.Callback(callback=lambda: self._follow(parent)))
        else:
            self._follow(place._parent)
