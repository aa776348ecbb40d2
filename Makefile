# The commands of a clone. `make help` lists them; nothing else has to be installed than Python 3.11+ and make.
PORT ?= 8000
SEED ?= 1
# pytest's worker processes: one more than two cores, because many tests wait (for a page, a line, a process)
JOBS ?= 3
# how long each of the fourteen parsers is fuzzed by make soak
FUZZ_S ?= 600
# Some machines forbid Python to keep what it compiled; hundreds of processes of the tests would compile all anew.
unexport PYTHONDONTWRITEBYTECODE
PYTEST = .venv/bin/python -m pytest -n $(JOBS) --dist worksteal
.DEFAULT_GOAL := help
.PHONY: help run test check soak lint format types imports messages openapi lock shots clean _python _run _dev

help: ## This list / danh sách này
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

run: _python ## Start the site; the first time also set everything up / chạy (PORT=8000, SEED=1)
	@python3 tools/start.py run --port $(PORT) --seed $(SEED)

test: _dev ## Everything: lint, types, both databases, browser / kiểm tra toàn bộ
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint types imports desk
	.venv/bin/python tools/browser.py
	.venv/bin/python tools/yaz.py
	$(PYTEST) --db sqlite --whole-suite --durations=25
	$(PYTEST) --db postgresql --hypothesis-profile quick -m "not browser" --durations=25

check: _dev ## The quick loop, about two minutes / kiểm tra nhanh
	@$(MAKE) --no-print-directory -j2 --output-sync=target lint types imports desk
	$(PYTEST) -q --db sqlite --hypothesis-profile quick -m "not browser and not slow"

soak: _dev ## The long runs: properties with thousands of examples, slow tests, fuzzing / chạy bền
	SOAK=1 $(PYTEST) --db sqlite --hypothesis-profile soak tests/properties
	$(PYTEST) --db sqlite --hypothesis-profile soak tests/adapters -m "not slow"
	$(PYTEST) --db postgresql -m "not browser"
	DESK_RUNS=2000 .venv/bin/python tools/build.py --check-desk
	SOAK=1 $(PYTEST) --db sqlite tests/site/test_simulation.py tests/site/test_sync_crashes.py tests/site/test_sync_power.py tests/site/test_sync_network.py
	SOAK=1 $(PYTEST) --db postgresql tests/site/test_sync_crashes.py
	SOAK=1 .venv/bin/python -m pytest -n0 tests/browser/test_desk.py tests/browser/test_desk_client.py
	.venv/bin/python -m tests.fuzz.run all --seconds $(FUZZ_S)

lint: _dev ## Style of the code
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

format: _dev ## Put the code into its form
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

types: _dev ## Types of the code
	.venv/bin/mypy

imports: _dev ## Order of rings and rooms
	@.venv/bin/lint-imports --no-cache > .venv/imports.log 2>&1 || { cat .venv/imports.log; exit 1; }

desk: _dev ## Types and tests of the offline desk, where it changed / kiểm tra quầy ngoại tuyến
	.venv/bin/python tools/build.py --check-desk

messages: _dev ## Bring the translation catalogues up to date (TSV="file.tsv …" merges translations)
	.venv/bin/python tools/messages.py update $(if $(TSV),--translations $(TSV))
	.venv/bin/python tools/build.py

openapi: _dev ## Write the API's description anew, after a change that is meant
	.venv/bin/python tools/openapi.py

lock: _dev ## Pin dependencies again (UPGRADE=1 takes newer ones) / ghim phiên bản thư viện
	.venv/bin/uv pip compile pyproject.toml --extra build -o requirements/run.txt $(UV)
	.venv/bin/uv pip compile pyproject.toml --extra build --extra test -o requirements/dev.txt $(UV)
	.venv/bin/python tools/build.py --lock-desk
UV = --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

shots: _dev ## Screenshots for the README and the manual, from the demonstration / ảnh màn hình
	.venv/bin/python tools/browser.py
	.venv/bin/python tools/shots.py
	.venv/bin/python tools/desk_shots.py

clean: ## Remove what can be made again; var/ (your data) stays / dọn dẹp
	rm -rf .venv build dist desk/node_modules src/guisach/web/desk/built .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results
	find src tests tools bench -name __pycache__ -type d -prune -exec rm -rf {} +
	find src/guisach/locale -name '*.mo' -delete

_dev: _python
	@python3 tools/start.py prepare dev

_python:
	@command -v python3 > /dev/null || { \
	  echo "Cần Python 3.11 trở lên. Trên Debian hoặc Ubuntu, hãy gõ:"; \
	  echo "Python 3.11 or newer is needed. On Debian or Ubuntu, type:"; \
	  echo "  sudo apt-get update && sudo apt-get install -y python3 python3-venv"; exit 1; }
