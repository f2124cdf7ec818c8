# Everything a person does with this project by hand. `make run` needs Python 3.11 or newer and nothing else.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run demo-reset test test-all check units bench story vendor words lock clean

run: .venv/.run            ## serve all faces with a synthetic demo office
	@$(BIN)/python -m intake serve

demo-reset: .venv/.run     ## throw the demo's data away and start over
	@$(BIN)/python -m intake demo reset

test: check units          ## format, lint, types, imports, translations, then every test but the long ones

test-all: check            ## all languages and the long machines too
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: .venv/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m intake words check
	deploy/node node_modules/typescript/bin/tsc -p .
	deploy/node deploy/vendor.mjs --check

units: .venv/.test
	$(BIN)/python -m intake words compile
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not long"

bench: .venv/.test         ## figures and ratios, each beside its limit
	$(BIN)/python -m intake words compile
	$(BIN)/python -m tests.bench

story: .venv/.test         ## drive the journey and take the pictures of the README
	$(BIN)/python -m intake words compile
	$(BIN)/python -m tests.story

vendor: .venv/.test        ## regenerate what is generated for the browser
	deploy/node deploy/vendor.mjs

words: .venv/.run          ## refresh the translation template and the catalogues
	$(BIN)/python -m intake words extract
	$(BIN)/python -m intake words update

lock: .venv/.test          ## choose the versions of the Python libraries anew, with their hashes
	for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    $$name.in -o $$name.txt || exit 1; \
	done

.venv/.run: requirements.txt
	@PYTHON=$(PYTHON) deploy/prepare run

.venv/.test: requirements-dev.txt package-lock.json deploy/prepare
	@PYTHON=$(PYTHON) deploy/prepare test

clean:
	rm -rf .venv node_modules .data .artefacts build dist
