"""How runs of `check`, `compare` and `coverage` are shown: report files, pages, the terminal."""
