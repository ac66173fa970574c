"""What the phone app says, in a language: the catalogue's part that is for it."""

import gzip
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from meshnode.api.bulletins.vocabulary_documents import vocabulary_document
from meshnode.api.door.kept import ASK_FIRST, Kept
from meshnode.api.face import Face
from meshnode.api.intake import parse_language, refuse_parameters
from meshnode.node.languages import PHONE_CONTEXT, Language


class WordsEndpoints:
    """Words for the app."""

    def __init__(self, face: Face) -> None:
        self._face = face
        self._languages = face.languages
        self._kept: dict[str, Kept] = {}

    async def get_words(self, request: Request) -> Response:
        """Answer with all that the app says in a language."""
        refuse_parameters(request.query_params, besides=("language",))
        tag = parse_language(request.query_params)
        if tag not in self._kept:
            self._kept[tag] = _kept(self._languages[tag])
        return self._kept[tag].answer(request)

    async def get_vocabulary(self, request: Request) -> Response:
        """Answer with the coded words that people choose from."""
        return JSONResponse(vocabulary_document(self._face.only_reader(request)))


def words_document(language: Language) -> dict[str, Any]:
    """Return the words of a language; English ones are none, the app has them."""
    entries = list(language.entries(PHONE_CONTEXT))
    return {
        "language": language.tag,
        "direction": "rtl" if language.is_right_to_left else "ltr",
        "plurals": language.plurals,
        "words": {english: said for english, said in entries if isinstance(said, str)},
        "counted": {english: said for english, said in entries if not isinstance(said, str)},
    }


def _kept(language: Language) -> Kept:
    body = json.dumps(words_document(language), ensure_ascii=False, separators=(",", ":")).encode()
    return Kept(body, "application/json", ASK_FIRST, gzip.compress(body, mtime=0))
