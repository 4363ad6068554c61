# For the people who build Livret. `python3 start.py` and `python3 start.py test` need none of this.
BIN := .venv/bin
export DJANGO_SETTINGS_MODULE := livret.config.settings_test

.PHONY: check format lint types imports migrations consistency test bench faults requirements

check: format lint types imports migrations consistency

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

imports:
	$(BIN)/lint-imports

migrations:
	$(BIN)/python -W ignore -m django makemigrations --check --dry-run

consistency:
	$(BIN)/python -m pytest -q -n auto tests/consistency

test:
	$(BIN)/python -m pytest

bench:
	@for file in bench/bench_*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

faults:
	$(BIN)/python -m pytest tests/faults --hypothesis-profile=full

requirements:
	uv pip compile -q pyproject.toml --group install --generate-hashes --no-annotate --no-header --python-version 3.11 --universal -o requirements.txt
	uv pip compile -q pyproject.toml --group dev --generate-hashes --no-annotate --no-header --python-version 3.11 --universal -o requirements-dev.txt
