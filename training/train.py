"""Make a text model from training texts: `python -m training.train de`.

Not for: the node, which only reads models. The same texts give the same bytes.
"""

import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

from meshnode.protocol.textmodel.alphabet import Alphabet
from meshnode.protocol.textmodel.model import paths_of, write_model
from training.build import bits_of, counts_of, followers, index_of, symbols_of, tree_of
from training.corpus import TEXTS, Source, code_points, read_sources
from training.learn import Evidence, gather, learn

_MODELS: Final = Path(__file__).parents[1] / "meshnode" / "protocol" / "models"
_FOLDS: Final = 10
"""Parts that are read with an index of the other parts."""


def main(languages: list[str]) -> None:
    """Write the model of each language."""
    for language in languages:
        sources = read_sources(list((TEXTS / language).glob("*.txt")))
        data = make_model(sources)
        target = _MODELS / f"{language}-1.bin"
        target.write_bytes(data)
        print(f"{target.name}: {len(data)} bytes, SHA-256 {sha256(data).hexdigest()}")


def make_model(sources: list[Source], folds: int = _FOLDS) -> bytes:
    """Return the bytes of a model's file."""
    alphabet = Alphabet(code_points(sources))
    texts = [text for source in sources for text in source.texts]
    symbols = symbols_of(alphabet, texts)
    children = tree_of(symbols, len(alphabet))
    paths = paths_of(children, len(alphabet))
    evidence = Evidence()
    for fold in range(folds):
        others = [source for at, source in enumerate(sources) if at % folds != fold]
        known = symbols_of(alphabet, [text for source in others for text in source.texts])
        index = index_of(alphabet, children, known)
        for source in sources[fold::folds]:
            for text in source.texts:
                gather(evidence, alphabet, index, paths, text)
    return write_model(
        code_points=alphabet.code_points,
        children=children,
        counts=counts_of(symbols, len(alphabet)),
        bits=bits_of(followers(symbols, newline=alphabet.newline), children, len(alphabet)),
        weights=learn(evidence, len(children)),
    )


if __name__ == "__main__":
    main(sys.argv[1:] or ["de", "en"])
