# Two commands: `make serve` and `make test`. Both make .venv first, with what constraints.txt pins.
# Arguments for serve: make serve ARGS="--port 4011 petstore.yaml"

VENV := .venv
BIN := $(VENV)/bin
# The TypeScript SDK, where Node.js is there to run it.
NODE_SDK := $(if $(shell scripts/has-node && echo yes),tests/sdk/node/node_modules/.package-lock.json)

.PHONY: serve test check fix broken-servers benchmark benchmark-growth soak wheel clean

serve: $(VENV)/.runtime
	@$(BIN)/emulator serve $(ARGS)

test: $(VENV)/.test $(NODE_SDK)
	$(BIN)/pytest -n auto $(ARGS)

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

benchmark: $(VENV)/.test
	$(BIN)/python -m benchmarks.throughput

benchmark-growth: $(VENV)/.test
	$(BIN)/python -m benchmarks.growth

soak: $(VENV)/.test
	$(BIN)/python -m benchmarks.soak

wheel: $(VENV)/.test
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) dist build tests/sdk/node/node_modules

$(VENV)/.runtime: pyproject.toml constraints.txt
	scripts/install $(VENV)

$(VENV)/.test: pyproject.toml constraints.txt
	scripts/install $(VENV) test lint

tests/sdk/node/node_modules/.package-lock.json: tests/sdk/node/package-lock.json
	npm ci --prefix tests/sdk/node --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
