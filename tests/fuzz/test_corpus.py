"""Every harness without atheris: what was found once stays found, and random changes do no more."""

import pytest

from tests.fuzz import reach, registry
from tests.fuzz.harnesses import bodies
from tests.fuzz.mutation import mutations

CORPUS_BYTES_MAX = 200_000


@pytest.mark.parametrize("name", registry.NAMES)
def test_every_kept_input_is_read_or_refused(name: str) -> None:
    run = registry.load(name).run
    for source, data in registry.inputs(name).items():
        try:
            run(data)
        except Exception as error:
            error.add_note(f"input: {source}")
            raise


@pytest.mark.parametrize("name", registry.NAMES)
def test_random_changes_of_them_are_read_or_refused(name: str) -> None:
    harness = registry.load(name)
    inputs = list(registry.inputs(name).values())
    changed = mutations(inputs, harness.mutations, bytes_max=harness.bytes_max, seed=name)
    for data in changed:
        try:
            harness.run(data)
        except Exception as error:
            error.add_note(f"input: {data.hex()}")
            raise


@pytest.mark.parametrize("name", registry.NAMES)
def test_every_harness_begins_with_something_that_is_read(name: str) -> None:
    run = registry.load(name).run
    assert any(run(data[: registry.load(name).bytes_max]) for data in registry.load(name).seeds())


def test_every_decoder_is_fuzzed() -> None:
    forgotten = registry.unfuzzed()
    assert not forgotten, "name it in the `reads` of a harness in tests/fuzz/harnesses"


@pytest.mark.parametrize("decoder", [one.__name__ for one in bodies.decoders()])
def test_every_kind_of_body_has_an_input_that_is_read(decoder: str) -> None:
    read = {name for data in registry.inputs("bodies").values() for name in bodies.readers(data)}
    assert decoder in read, "add an object of this kind to the vectors: tests/vectors/make.py"


def test_the_corpus_is_small() -> None:
    sizes = [path.stat().st_size for name in registry.NAMES for path in registry.corpus_files(name)]
    assert sum(sizes) < CORPUS_BYTES_MAX


def test_every_directory_of_the_corpus_belongs_to_a_harness() -> None:
    assert {path.name for path in registry.CORPUS.iterdir()} <= set(registry.NAMES)


def test_an_input_reaches_more_than_one_that_is_refused_at_once() -> None:
    run = registry.load("radio").run
    whole = max(registry.inputs("radio").values(), key=len)
    assert len(reach.edges(run, whole)) > len(reach.edges(run, b"\x00")) > 0
