"""The phone's core as a program that answers questions: built from TypeScript, run by Node.js."""

import json
import subprocess
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from meshnode.protocol.dictionary import DICTIONARY_1

WEB: Final = Path(__file__).parents[2] / "web"
BUILD: Final = """
import { build } from "vite";
await build({
  configFile: false,
  logLevel: "error",
  ssr: { noExternal: true },
  build: {
    ssr: "test/harness.ts",
    outDir: process.argv[1],
    minify: false,
    rollupOptions: { output: { entryFileNames: "harness.mjs" } },
  },
});
"""
ANSWER_SECONDS: Final = 300


def ask(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the core answers, one answer a question."""
    lines = [json.dumps(question) for question in ({**_files()}, *questions)]
    with TemporaryDirectory() as folder:
        build = ["node", "--input-type=module", "--eval", BUILD, "--", folder]
        subprocess.run(build, cwd=WEB, check=True)
        answered = subprocess.run(
            ["node", f"{folder}/harness.mjs"],
            input="\n".join(lines),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=ANSWER_SECONDS,
        )
    assert answered.returncode == 0, answered.stderr
    answers = [json.loads(line) for line in answered.stdout.split("\n") if line]
    assert len(answers) == len(questions)
    return answers


@cache
def _files() -> dict[str, str]:
    """Return the files that text codecs need, as the node serves them."""
    models = resources.files("meshnode.protocol") / "models"
    return {
        "dictionary-1": DICTIONARY_1.hex(),
        "de-1": (models / "de-1.bin").read_bytes().hex(),
        "en-1": (models / "en-1.bin").read_bytes().hex(),
    }
