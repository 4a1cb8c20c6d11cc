"""A console, open in Chromium until nobody needs it: `python -m benchmarks.watched PORT`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.servers import ROOT

_BROWSERS = "chromium", "chromium-browser", "google-chrome"


@contextmanager
def console_open(port: int) -> Iterator[None]:
    """Have the console of the server on this port open, and live, in a process of its own."""
    words = (sys.executable, "-m", "benchmarks.watched", str(port))
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if process.stdout.readline() != b"open\n":
                sys.exit("no console could be opened: `make test-browser` installs a browser")
            yield
        finally:
            process.stdin.close()


def main() -> None:
    """Open the page, say so, and wait for the end of the input."""
    from playwright.sync_api import sync_playwright

    # With two cores the browser would take turns with the load, and that would be measured.
    os.nice(19)
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{sys.argv[1]}/__admin/ui")
        page.get_by_role("grid", name="Exchanges").wait_for()
        print("open", flush=True)
        sys.stdin.read()
        browser.close()


if __name__ == "__main__":
    main()
