"""Checks the emulator on documents whose resources it remembers: it keeps what `check` demands.

Without arguments: the documents of the tests. Others are given by their path, or by a folder's.
Exits 1 where there is a finding, or a document can't be checked.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from emulator.cli.targets import targets
from emulator.contract.check.findings import PHASES, CheckOptions, by_cause
from emulator.contract.check.run import check
from emulator.errors import EmulatorError
from tests.support.remembering import DOCUMENTS

_SUFFIXES = (".json", ".yaml", ".yml")


def checked(path: Path, seeds: int, examples: int, phases: tuple[str, ...]) -> tuple[int, str]:
    """How much a document's checks find with each seed, and the lines that say what."""
    lines: list[str] = []
    wrong = 0
    for seed in range(seeds):
        began = time.process_time()
        try:
            [target] = targets((str(path),), None, (), remember="lenient")
            options = CheckOptions(seed=seed, max_examples=examples, phases=phases)
            result = check(target, options, lambda _: None)
        except EmulatorError as error:
            return wrong + 1, "\n".join([*lines, f"{path.name}: {error}"])
        wrong += len(result.findings) + len(result.errors)
        lines.append(
            f"{path.name:32} seed {seed}: {len(result.findings)} findings, "
            f"{len(result.errors)} errors in {time.process_time() - began:.1f} s"
        )
        for finding, *more in by_cause(result.findings):
            others = f" and {len(more)} more" if more else ""
            lines.append(f"    {finding.check}: {finding.operation}{others}: {finding.title}")
            lines.append(f"        {finding.reason}")
        lines += [f"    {error}" for error in result.errors]
    return wrong, "\n".join(lines)


def documents(given: Iterable[Path]) -> Iterator[Path]:
    """The files, and those that folders hold."""
    for path in given:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        yield from (each for each in inside if each.suffix in _SUFFIXES)


def main() -> int:
    """Print a line a document and seed, with what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("documents", type=Path, nargs="*")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--max-examples", type=int, default=20)
    parser.add_argument("--phase", action="append", default=[], help="by default all of them")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    paths = [*documents(options.documents or DOCUMENTS.values())]
    run = partial(
        checked,
        seeds=options.seeds,
        examples=options.max_examples,
        phases=tuple(options.phase) or PHASES,
    )
    found = 0
    with ProcessPoolExecutor(options.processes) as pool:
        for wrong, text in pool.map(run, paths):
            found += wrong
            print(text, flush=True)
    print(f"{len(paths)} documents, {options.seeds} seeds: {found} findings and errors")
    return 1 if found or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
