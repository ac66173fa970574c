from random import Random

from meshnode.protocol.textmodel.coder import EVEN, Decoder, Encoder

CERTAIN = 65_513
UNLIKELY = 22


def written(decisions: list[tuple[int, int]]) -> bytes:
    coder = Encoder()
    for one, bit in decisions:
        coder.write(one, bit)
    return coder.finish(coder.bytes_least())


def test_decisions_of_any_probability_read_back() -> None:
    for seed in range(200):
        dice = Random(seed)
        decisions = [
            (dice.choice([1, UNLIKELY, EVEN, CERTAIN, 65_535]), dice.randrange(2))
            for _ in range(dice.randrange(200))
        ]
        reader = Decoder(written(decisions))
        assert [reader.read(one) for one, _ in decisions] == [bit for _, bit in decisions]
        assert reader.zone() == 0


def test_what_was_expected_costs_next_to_nothing_and_surprises_cost_their_bits() -> None:
    assert len(written([(CERTAIN, 1)] * 1000 + [(EVEN, 0)])) == 1
    assert len(written([(CERTAIN, 0)] * 80)) in range(114, 118)
    assert len(written([(EVEN, 1), (EVEN, 0)] * 40)) in range(10, 12)


def test_no_decisions_take_no_bytes() -> None:
    assert written([]) == b""
    assert Decoder(b"").zone() == 0
    assert Decoder(b"abc").zone() == 3


def test_past_the_end_the_zone_is_negative_and_zeros_are_read() -> None:
    reader = Decoder(b"\x80")
    assert [reader.read(EVEN) for _ in range(40)] == [0] + [1] * 39
    assert reader.zone() < 0


def test_a_longer_form_is_padded_to_its_length_and_reads_the_same() -> None:
    coder = Encoder()
    decisions = [(EVEN, 0), (EVEN, 1), (EVEN, 0)]
    for one, bit in decisions:
        coder.write(one, bit)
    for length in range(coder.bytes_least(), 9):
        data = coder.finish(length)
        assert len(data) == length
        reader = Decoder(data)
        assert [reader.read(one) for one, _ in decisions] == [0, 1, 0]
