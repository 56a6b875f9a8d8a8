"""Changes the core's code one thing at a time, and sees whether a test fails each time.

`python -m tests.torture.mutants [FILE ...] [--sample N]`: all of syncer/core by default. Only
tests that ran the changed line are run, each mutant's in a child that has the libraries loaded.
"""

from __future__ import annotations

import argparse
import ast
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from tests.torture.covering import Covering, passes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 120
"""Seconds: tests that take longer on a mutant have found it, by an end that never comes."""

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
}


@dataclass(frozen=True)
class Mutant:
    """A file with one thing changed."""

    file: str
    line: int
    change: str
    text: str


def mutants(file: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file."""
    text = file.read_text(encoding="utf-8")
    for number, node in enumerate(ast.walk(ast.parse(text))):
        tree = ast.parse(text)
        twin = next(each for at, each in enumerate(ast.walk(tree)) if at == number)
        change = _change(twin)
        if change:
            line = getattr(node, "lineno", 0)
            yield Mutant(str(file.relative_to(ROOT)), line, change, ast.unparse(tree))


def _change(node: ast.AST) -> str:
    """Change a node in its place, and say how; "" for one that there is nothing to change about."""
    swapped = _swap(node)
    if swapped:
        return swapped
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node.op = ast.UAdd()
        node.operand = ast.Call(ast.Name("bool", ast.Load()), [node.operand], [])
        return "not taken away"
    if isinstance(node, ast.If | ast.IfExp) and "TYPE_CHECKING" not in ast.unparse(node.test):
        node.test = ast.UnaryOp(ast.Not(), node.test)
        return "condition negated"
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        node.value += 1
        return f"{node.value - 1} to {node.value}"
    if isinstance(node, ast.Return) and node.value and not _is_none(node.value):
        node.value = ast.Constant(None)
        return "nothing returned"
    return ""


def _swap(node: ast.AST) -> str:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        before = type(node.ops[0])
        node.ops[0] = SWAPS[before]()  # type: ignore[call-overload] # they are operators
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        before = type(node.op)
        node.op = SWAPS[before]()  # type: ignore[assignment] # they are operators
    else:
        return ""
    return f"{before.__name__} to {SWAPS[before].__name__}"


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def survives(mutant: Mutant, copy: Path, tests: Sequence[str]) -> bool:
    """Tell whether the tests pass on a mutant."""
    target = copy / mutant.file
    kept = target.read_text(encoding="utf-8")
    target.write_text(mutant.text, encoding="utf-8")
    try:
        return passes(copy, tests, LONGEST)
    finally:
        target.write_text(kept, encoding="utf-8")


def main() -> int:
    """Try the mutants, print those that survive, and give 1 if any does."""
    parser = argparse.ArgumentParser(prog="tests.torture.mutants")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--sample", type=int, help="of each file no more than so many, by chance")
    parser.add_argument("--seed", type=int, default=1, help="of that chance")
    arguments = parser.parse_args()
    files = [file.resolve() for file in arguments.files] or sorted(ROOT.glob("syncer/core/*.py"))
    dice, tried, surviving = random.Random(arguments.seed), 0, 0
    with TemporaryDirectory(prefix="mutants-") as folder:
        copy = _copied(Path(folder))
        covering = Covering.of(copy)
        for file in files:
            every = list(mutants(file))
            sample = dice.sample(every, min(len(every), arguments.sample or len(every)))
            tried += len(sample)
            for mutant in sample:
                if survives(mutant, copy, covering.tests(mutant.file, mutant.line)):
                    surviving += 1
                    _say(f"{mutant.file}:{mutant.line}: {mutant.change}")
            _say(f"{file.name}: {len(sample)} of {len(every)}")
    _say(f"{tried} mutants, {surviving} survived")
    return int(bool(surviving))


def _copied(folder: Path) -> Path:
    """Copy what git knows: the tree that is worked in stays as it is."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().splitlines():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())
    return folder


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
