import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", ["sketch", "ranges"])
def test_every_byte_string_in_the_spec_stands_in_the_vectors(name: str) -> None:
    page = (ROOT / "docs" / "spec" / f"{name}.md").read_text()
    vectors = (ROOT / "tests" / "vectors" / f"{name}.json").read_text()
    quoted = re.findall(r"`((?:[0-9a-f]{2}){3,})`", page)
    assert len(quoted) >= 4
    assert [one for one in quoted if f'"{one}"' not in vectors] == []
