from bisect import bisect_left
from random import Random

from meshnode.protocol.textmodel.alphabet import CAPITAL, END, Alphabet
from meshnode.protocol.textmodel.codec import decode_text, encode_best
from meshnode.protocol.textmodel.index import LEAF
from meshnode.protocol.textmodel.model import paths_of, read_model
from meshnode.protocol.textmodel.tables import COUNT_CLASS, COUNT_CLASSES, COUNT_MAX, NO_EVIDENCE
from meshnode.protocol.textmodel.walk import ORDERS, Walk
from training.build import index_of, symbols_of, tree_of
from training.corpus import Source, code_points
from training.learn import untaught
from training.train import make_model

WORDS = ("der", "die", "das", "Wasser", "Brot", "Uhr", "bis", "kein", "heute", "um", "9", "17")


def some_sources(count: int) -> list[Source]:
    dice = Random(3)
    return [
        Source(
            f"{number}.txt",
            tuple(" ".join(dice.choices(WORDS, k=dice.randrange(3, 9))) + "." for _ in range(12)),
        )
        for number in range(count)
    ]


def test_the_same_texts_make_the_same_bytes_and_the_model_works() -> None:
    data = make_model(some_sources(3), folds=3)
    assert data == make_model(some_sources(3), folds=3)
    model = read_model(data)
    for text in ("Kein Brot bis morgen um 9 Uhr.", "", "Ganz anders: ½ Pfund 水\nÄhm, ja"):
        found = encode_best([model], text)
        assert found is not None
        assert decode_text(model, found[1], text_bytes_max=1000) == text


def test_other_texts_make_another_model() -> None:
    assert make_model(some_sources(3), folds=3) != make_model(some_sources(4), folds=3)


def test_the_tree_has_each_symbol_once_below_parents_that_come_first() -> None:
    alphabet = Alphabet(code_points(some_sources(1)))
    symbols = symbols_of(alphabet, some_sources(1)[0].texts)
    children = tree_of(symbols, len(alphabet))
    assert children[0][1] == END | LEAF
    ends = [child for pair in children for child in pair]
    assert sorted(ends) == [*range(1, len(children)), *(LEAF | s for s in range(len(alphabet)))]
    assert all(child > node for node, pair in enumerate(children) for child in pair)


def test_the_index_counts_what_plain_counting_counts() -> None:
    texts = [text for source in some_sources(4) for text in source.texts] + ["Titel\nText da"]
    alphabet = Alphabet(code_points(some_sources(4)))
    symbols = symbols_of(alphabet, texts)
    children = tree_of(symbols, len(alphabet))
    paths = paths_of(children, len(alphabet))
    walk = Walk(alphabet, index_of(alphabet, children, symbols), untaught(len(children)))
    filed = symbols.replace(bytes([alphabet.newline]), bytes([END]))
    said = bytes([END])
    for symbol in [unit.symbol for unit in alphabet.units("Heute kein Wasser.\nBis morgen")]:
        for node, bit in paths[symbol]:
            walk.look(node)
            for order in range(1, ORDERS + 1):
                context = said[-order:] if order <= len(said) else None
                assert walk.states[order - 1] == counted(symbols, filed, context, paths, node)
            walk.take(bit)
        walk.advance(symbol)
        said = bytes([END]) if symbol == alphabet.newline else said + bytes([symbol])
    assert CAPITAL in said


def counted(
    symbols: bytes,
    filed: bytes,
    context: bytes | None,
    paths: tuple[tuple[tuple[int, int], ...], ...],
    node: int,
) -> int:
    """Return the state by looking at every place of the text."""
    counts = [0, 0]
    # The text is a ring here: its first symbol stands after the last END.
    before = filed[-8:] + filed
    for place, symbol in enumerate(symbols):
        if context is not None and before[: place + 8].endswith(context):
            for number, bit in paths[symbol]:
                if number == node:
                    counts[bit] += 1
    zeros, ones = (COUNT_CLASS[min(count, COUNT_MAX)] for count in counts)
    return zeros * COUNT_CLASSES + ones if zeros or ones else NO_EVIDENCE


def test_classes_of_counts_rise() -> None:
    assert list(COUNT_CLASS) == sorted(COUNT_CLASS)
    assert bisect_left(COUNT_CLASS, COUNT_CLASSES - 1) == COUNT_MAX
