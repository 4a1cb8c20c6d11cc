"""The wheel holds all it needs: installed elsewhere, it serves the three services."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support.paths import ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_wheel_holds_documents_fixtures_and_the_key(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = [p for folder in ("specs", "fixtures") for p in (ROOT / folder).rglob("*.*")]
    for path in shipped:
        assert f"emulator/builtin/{path.relative_to(ROOT).as_posix()}" in names
    assert "emulator/openapi/security/development_key.pem" in names


def test_installed_wheel_serves_all_three_services(wheel: Path, tmp_path: Path) -> None:
    # An environment of its own for the emulator; what it depends on is borrowed from ours.
    venv.create(tmp_path / "venv", with_pip=False)
    site = next((tmp_path / "venv").rglob("site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    borrowed = [p for p in sys.path if p.endswith("site-packages")]
    (site / "borrowed.pth").write_text("\n".join(borrowed))
    python = next((tmp_path / "venv").rglob("bin/python"))
    command = [str(python), "-I", "-m", "emulator.cli.main", "lint"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "paragon, composio, agentflow: 0 notices\n", done.stderr
    code = "import emulator, sys; print(emulator.__file__)"
    where = subprocess.run([str(python), "-I", "-c", code], capture_output=True, text=True, cwd="/")
    assert str(tmp_path) in where.stdout
