"""The desk for bulletins: one whole, and those that the node itself posts, says anew, takes back.

Not for: lists and pages (`noticeboard`), or what people sign (`exchange`). Invariant: what a method
that changes something returns from is on disk.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

from meshnode.board.bulletins.bulletin import BulletinFields, Severity, clean, encode_bulletin
from meshnode.board.bulletins.revising import Change, changed, encode_as
from meshnode.board.lifetimes import BULLETIN_MINUTES_MAX
from meshnode.board.versions import known_as, next_version
from meshnode.board.view import SHOWN, BulletinView, bulletin_view, copies_of
from meshnode.board.withdrawal import WITHDRAWAL_BODY
from meshnode.node.denials import NotAllowedError
from meshnode.node.desks.objects import ObjectDesk
from meshnode.node.desks.template_form import Given, fill_template, lifetime_minutes
from meshnode.node.voice import Voice
from meshnode.protocol.errors import LimitError
from meshnode.protocol.keys import KeyId
from meshnode.protocol.object import Kind, SignedObject

EXPIRES_MINUTES_DEFAULT: Final = 1440


@dataclass(frozen=True, slots=True)
class BulletinDesk:
    """The bulletins of one node, whose key is `own`; `zone` is where its people live."""

    objects: ObjectDesk
    voice: Voice
    own: KeyId
    zone: tzinfo | None
    is_time_known: Callable[[], bool]

    def one(self, prefix: str) -> BulletinView:
        """Return the bulletin whose id begins with `prefix`, in hex.

        Raises:
            LimitError, NotFoundError, AmbiguousError: As `ObjectDesk.find`.
        """
        return self._view(self._find(prefix))

    async def post(
        self,
        text: str,
        *,
        title: str | None = None,
        category: str = "general",
        severity: Severity = Severity.INFO,
        expires_minutes: int = EXPIRES_MINUTES_DEFAULT,
    ) -> BulletinView:
        """Sign, store and gossip a bulletin by this node; return it once it is on disk.

        Raises:
            LimitError: A field is outside its bounds.
            StoreError: It could not be saved; nothing was promised.
        """
        fields = BulletinFields(clean(text), clean(title) if title else None, category, severity)
        return await self._post(fields, expires_minutes, self.voice.creation_minute())

    async def post_template(
        self,
        identifier: str,
        given: Given,
        *,
        category: str | None = None,
        severity: Severity | None = None,
        expires_minutes: int | None = None,
    ) -> BulletinView:
        """Fill in a template, then do as `post`; what is None the template says.

        Raises:
            LimitError, StoreError: As `post`; the message names the value.
        """
        created_min = self.voice.creation_minute()
        template = fill_template(
            identifier,
            given,
            created_min=created_min,
            zone=self.zone,
            is_time_known=self.is_time_known(),
        )
        fields = BulletinFields(
            "",
            None,
            category or template.template.category,
            severity or Severity(template.template.severity),
            template,
        )
        minutes = lifetime_minutes(template) if expires_minutes is None else expires_minutes
        return await self._post(fields, minutes, created_min)

    async def withdraw(self, prefix: str) -> BulletinView:
        """Take back a bulletin of this node's, everywhere; return what it was.

        Raises:
            LimitError, NotFoundError, AmbiguousError: As `one`.
            NotAllowedError: Somebody else wrote it.
        """
        target, view = self._own(prefix, "withdraw")
        created_min = self.voice.creation_minute()
        await self.voice.say(
            Kind.WITHDRAWAL,
            0,
            WITHDRAWAL_BODY,
            minutes=max(1, target.expires_min - created_min),
            created_min=created_min,
            parent=known_as(target),
        )
        return view

    async def update(self, prefix: str, change: Change) -> BulletinView:
        """Say a bulletin of this node's anew; return its new version once it is on disk.

        Raises:
            NotFoundError, AmbiguousError: As `one`.
            NotAllowedError: Somebody else wrote it.
            LimitError: A field is outside its bounds, or it would end before the version before.
            RefusedError: The node may not say it.
            StoreError: It could not be saved; nothing was promised.
        """
        target, view = self._own(prefix, "update")
        created_min, minutes = next_version(
            created_min=target.created_min,
            expires_min=target.expires_min,
            minute=self.voice.creation_minute(),
            minutes=change.minutes,
        )
        _require_lifetime(minutes)
        fields = changed(view.fields, change)
        codec, body = await asyncio.to_thread(encode_as, view.provenance, fields)
        thing = await self.voice.say(
            view.kind, codec, body, minutes=minutes, created_min=created_min, parent=view.root
        )
        return self._view(thing)

    async def _post(
        self, fields: BulletinFields, expires_minutes: int, created_min: int
    ) -> BulletinView:
        _require_lifetime(expires_minutes)
        # The predicting codecs take up to a second of a small Pi: radios must not wait for that.
        codec, body = await asyncio.to_thread(encode_bulletin, fields)
        thing = await self.voice.say(
            Kind.BULLETIN, codec, body, minutes=expires_minutes, created_min=created_min
        )
        return self._view(thing)

    def _own(self, prefix: str, verb: str) -> tuple[SignedObject, BulletinView]:
        """Return a bulletin that this node wrote; `verb` is what only its author can do."""
        target = self._find(prefix)
        view = self._view(target)
        if target.author != self.own:
            author = view.author_name or "its author"
            raise NotAllowedError(f"Only {author} can {verb} this bulletin.")
        return target, view

    def _find(self, prefix: str) -> SignedObject:
        return self.objects.find(prefix, kinds=SHOWN, noun="bulletin")

    def _view(self, thing: SignedObject) -> BulletinView:
        rules = self.objects.rules
        return bulletin_view(thing, rules, self.objects.names(), copies_of(thing, rules))


def _require_lifetime(minutes: int) -> None:
    if not 0 < minutes <= BULLETIN_MINUTES_MAX:
        raise LimitError(
            "A bulletin lives from 1 minute to "
            f"{BULLETIN_MINUTES_MAX // 1440} days; post it again when it is over."
        )
