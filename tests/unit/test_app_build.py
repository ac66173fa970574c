"""What is built from web/, and what of it is packed: needs Node.js, and what npm fetches."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STATIC = "meshnode/api/static"
PACKING_S = 300
LEFT_OUT = {".venv", ".git", "node_modules", "static", "dist", ".hypothesis", ".mypy_cache"}
pytestmark = pytest.mark.app


def checkout(at: Path) -> Path:
    """Copy what a fresh clone has, as far as a package is made from it."""
    return shutil.copytree(
        ROOT, at, ignore=lambda _, names: LEFT_OUT & set(names), dirs_exist_ok=False
    )


def hatchling(root: Path, target: str, *, path: str | None = None) -> Path:
    """Make a package of a checkout; return where it is."""
    environment = os.environ if path is None else {**os.environ, "PATH": path}
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", target],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PACKING_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [made] = [one for one in (root / "dist").iterdir() if one.name != ".gitignore"]
    return made


def hashes(static: Path) -> dict[str, str]:
    """Return the hash of every file of a build by its path."""
    return {
        str(path.relative_to(static)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(static.rglob("*"))
        if path.is_file()
    }


def test_a_wheel_brings_the_app_and_a_build_elsewhere_gives_the_same_bytes(tmp_path: Path) -> None:
    root = checkout(tmp_path / "another" / "place")
    with zipfile.ZipFile(hatchling(root, "wheel")) as wheel:
        packed = {name for name in wheel.namelist() if name.startswith(STATIC)}
    assert f"{STATIC}/index.html" in packed
    built = hashes(root / STATIC)
    assert {f"{STATIC}/{name}" for name in built} == packed
    assert built == hashes(ROOT / STATIC), "make app, then try again: what is here is older"


def test_an_archive_of_the_sources_has_those_of_the_app_and_not_what_npm_brought(
    tmp_path: Path,
) -> None:
    root = checkout(tmp_path / "root")
    (root / "web/node_modules/preact").mkdir(parents=True)
    (root / "web/node_modules/preact/package.json").write_text("{}")
    (root / STATIC).mkdir()
    (root / STATIC / "index.html").write_text("old")
    with tarfile.open(hatchling(root, "sdist")) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"web/package-lock.json", "web/src/main.tsx", "hatch_build.py"} <= names
    assert not [name for name in names if "node_modules" in name or name.startswith(STATIC)]


def test_without_node_the_package_is_whole_but_for_the_app(tmp_path: Path) -> None:
    root = checkout(tmp_path / "root")
    nothing = tmp_path / "bin"
    nothing.mkdir()
    with zipfile.ZipFile(hatchling(root, "wheel", path=str(nothing))) as wheel:
        names = wheel.namelist()
    assert "meshnode/api/app.py" in names
    assert not [name for name in names if name.startswith(STATIC)]
