# Two commands: `make serve` and `make test`. Both make .venv first, with what constraints.txt pins.
# Arguments for serve: make serve ARGS="--port 4011 petstore.yaml"

VENV := .venv
BIN := $(VENV)/bin
# What the tests use of npm, where Node.js is there to run it: an SDK and a mock server.
NODE_FOLDERS := tests/sdk/node tests/contract/check/node
BROWSER_NODE := tests/browser/node
NODE := $(if $(shell scripts/has-node && echo yes),$(NODE_FOLDERS:%=%/node_modules/.package-lock.json))

# What `make test-fast` leaves out, besides most of what Hypothesis draws: whole runs of the checks,
# other processes, SDKs, real time.
SLOW := \
    tests/cli/test_check.py tests/cli/test_check_live.py tests/cli/test_compare.py \
    tests/cli/test_coverage.py tests/cli/test_fault_files.py tests/cli/test_record.py \
    tests/cli/test_self_check.py tests/cli/test_serve.py tests/client/test_pytest_plugin.py \
    tests/client/test_pytest_plugin_reports.py tests/contract/check tests/contract/compare \
    tests/live tests/sdk tests/server/admin/test_document.py tests/server/test_reload.py \
    tests/test_docs.py tests/test_features.py tests/test_packaging.py

.PHONY: serve test test-fast test-browser screenshots check fix broken-servers remembering real-servers beside-wiremock bench bench-peers bench-tail bench-start bench-growth trace soak wheel clean

serve: $(VENV)/.runtime
	@$(BIN)/emulator serve $(ARGS)

test: $(VENV)/.test $(NODE)
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

test-fast: $(VENV)/.test
	$(BIN)/pytest -n auto --dist worksteal --hypothesis-profile=fast $(SLOW:%=--ignore=%) $(ARGS)

# The console and pages of other origins, in Chromium; installs it with apt where it is absent.
test-browser: $(VENV)/.test $(BROWSER_NODE)/node_modules/.package-lock.json
	@scripts/chromium >/dev/null
	$(BIN)/pytest -n auto tests/browser $(ARGS)

# The console's views, light and dark, as build/console/*.png; two of them are in the README.
screenshots: $(VENV)/.test
	@scripts/chromium >/dev/null
	$(BIN)/python -m tests.browser.screenshots $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q tests/test_layout.py

fix: $(VENV)/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# How many wrong servers `emulator check` finds out, and how fast.
broken-servers: $(VENV)/.test
	$(BIN)/python -m benchmarks.broken_servers

# What `emulator check` finds on the emulator where it remembers; other documents: ARGS.
remembering: $(VENV)/.test
	$(BIN)/python -m benchmarks.remembering $(ARGS)

# What `emulator check` finds on two real servers that publish their document, beside Schemathesis alone.
real-servers: $(VENV)/.test build/real-servers/.installed
	$(BIN)/python -m benchmarks.real_servers build/real-servers/bin $(ARGS)

build/real-servers/.installed: Makefile
	python3 -m venv build/real-servers
	build/real-servers/bin/pip install --quiet kinto==26.5.0 waitress==3.0.2 jupyter_server==2.21.1
	@touch $@

# The same mappings and requests to WireMock and to the emulator; needs Java and npm.
beside-wiremock: $(VENV)/.test build/wiremock/.installed
	$(BIN)/python -m benchmarks.beside_wiremock build/wiremock/package/build/wiremock-standalone-3.13.2.jar

build/wiremock/.installed: Makefile
	mkdir -p build/wiremock
	cd build/wiremock && npm pack --silent wiremock@3.13.2 && tar xzf wiremock-3.13.2.tgz
	@touch $@

# Benchmarks: without ARGS they write what they measured to docs/speed.md, where it is explained.
# Requests a second, latencies and processor time, beside a bare echo.
bench: $(VENV)/.test
	$(BIN)/python -m benchmarks.throughput $(or $(ARGS),--write)

# Prism and Mockoon on the same document; needs Node.js.
bench-peers: $(VENV)/.test benchmarks/peers/node_modules/.package-lock.json
	$(BIN)/python -m benchmarks.peers $(or $(ARGS),--write)

# The longest that one client waits beside a full journal.
bench-tail: $(VENV)/.test
	@$(BIN)/python -m benchmarks.page tail

# What a request costs beside more and more operations, stubs, rules, records, requests.
bench-growth: $(VENV)/.test
	@$(BIN)/python -m benchmarks.$(if $(ARGS),growth $(ARGS),page growth)

# Processor seconds and memory until the first answer: help, documents, services.
bench-start: $(VENV)/.test
	@$(BIN)/python -m benchmarks.$(if $(ARGS),start $(ARGS),page start)

# The functions that requests of the benchmarks run, and the objects they make.
trace: $(VENV)/.test
	@$(BIN)/python -m benchmarks.trace $(ARGS)

soak: $(VENV)/.test
	$(BIN)/python -m benchmarks.soak

.PHONY: hostile hostile-soak fuzz

# Attacks: each is answered as it should be, and harms nobody else. Two minutes at most.
hostile: $(VENV)/.test
	$(BIN)/python -m benchmarks.hostile $(ARGS)

# Attacks and plain requests mixed, by default for a minute.
hostile-soak: $(VENV)/.test
	$(BIN)/python -m benchmarks.hostile_soak $(ARGS)

# Random input, half-way valid: requests, documents, stubs, fixtures, cassettes.
fuzz: $(VENV)/.test
	$(BIN)/python -m benchmarks.fuzz $(ARGS)

wheel: $(VENV)/.test
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) dist build $(NODE_FOLDERS:%=%/node_modules) $(BROWSER_NODE)/node_modules benchmarks/peers/node_modules

$(VENV)/.runtime: pyproject.toml constraints.txt
	scripts/install $(VENV)

$(VENV)/.test: pyproject.toml constraints.txt
	scripts/install $(VENV) test lint

%/node_modules/.package-lock.json: %/package-lock.json
	npm ci --prefix $* --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
