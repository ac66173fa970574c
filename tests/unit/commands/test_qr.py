"""QR codes in a terminal: the modules are right, the margin is there, what does not fit is said."""

import re
from xml.etree import ElementTree as XmlTree

import pytest
import segno

from meshnode.commands.terminal.failures import Failure
from meshnode.commands.terminal.qr import show_qr, svg_qr, terminal_qr

LINE = "meshnode-paper-1:AAECAwQFBgcICQoLDA0OD7sliBs"
ANSI = re.compile(r"\x1b\[([\d;]*)m")
HALVES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def modules_of(drawn: str, *, is_ink_dark: bool) -> list[list[int]]:
    """Return the modules that a camera sees, 1 is dark."""
    rows = []
    for line in ANSI.sub("", drawn).splitlines():
        halves = [HALVES[character] for character in line]
        rows += [[pair[half] ^ (not is_ink_dark) for pair in halves] for half in (0, 1)]
    return rows


def margin_of(modules: list[list[int]], size: int) -> int:
    """Return the width of the light margin, which must be the same on three sides."""
    quiet = (len(modules[0]) - size) // 2
    assert not any(map(any, modules[:quiet]))
    assert not any(any(row[:quiet]) or any(row[-quiet:]) for row in modules)
    return quiet


@pytest.mark.parametrize("is_coloured", [True, False])
def test_a_camera_sees_the_code_dark_on_light_on_a_dark_terminal(is_coloured):
    drawn = terminal_qr(LINE, columns=80, lines=23, is_coloured=is_coloured)
    modules = modules_of(drawn, is_ink_dark=is_coloured)
    expected = [list(row) for row in segno.make(LINE, error="l", micro=False).matrix]
    quiet = margin_of(modules, len(expected))
    inner = modules[quiet : quiet + len(expected)]
    assert [row[quiet:-quiet] for row in inner] == expected
    assert quiet == 4
    assert not any(map(any, modules[quiet + len(expected) :]))


def test_colours_are_said_outright_in_every_line_and_taken_back():
    drawn = terminal_qr(LINE, columns=80, lines=23, is_coloured=True)
    for line in drawn.splitlines():
        assert ANSI.findall(line) == ["38;5;16;48;5;231", "0"]


@pytest.mark.parametrize("text", ["x" * 134, "A" * 195])
def test_a_terminal_of_80_by_24_shows_134_bytes_or_195_large_letters(text):
    drawn = terminal_qr(text, columns=80, lines=23, is_coloured=False)
    lines = drawn.splitlines()
    assert len(lines) <= 23
    assert len(lines[0]) <= 80
    with pytest.raises(Failure, match="needs 49 columns and 26 lines; this terminal has 80 and 24"):
        terminal_qr(text + "A", columns=80, lines=23, is_coloured=False)


def test_what_no_code_takes_is_said_with_the_bound():
    with pytest.raises(Failure, match="up to 2953 bytes; this text has 2954"):
        svg_qr("x" * 2954)
    svg_qr("x" * 2953)


def test_nothing_is_shown_to_a_pipe_or_a_program(capsys, monkeypatch):
    assert not show_qr(LINE, is_json=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert not show_qr(LINE, is_json=True)
    assert capsys.readouterr().out == ""


def test_it_is_shown_to_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    assert show_qr(LINE, is_json=False)
    assert len(capsys.readouterr().out.splitlines()) == 19


def test_the_svg_is_one_element_without_style_or_script():
    root = XmlTree.fromstring(svg_qr(LINE))  # noqa: S314  Our own bytes.
    assert root.tag == "svg"
    assert root.attrib == {"viewBox": "0 0 37 37"}
    assert {child.tag for child in root} == {"path"}
    assert not any("style" in child.attrib for child in root)
