# One command for every chore; CONTRIBUTING.md explains them. `make` alone lists them.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=

BINDIR = $(DESTDIR)$(PREFIX)/bin
SHAREDIR = $(DESTDIR)$(PREFIX)/share
UNITDIR ?= $(DESTDIR)$(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(DESTDIR)$(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(DESTDIR)$(PREFIX)/lib/tmpfiles.d

# Warnings are errors in CI and in `make lint`. Dependencies are exempt: the package manager strips the flag for them,
# so that switching it recompiles this package only.
STRICT := -Xswiftc -warnings-as-errors
FLAGS := $(if $(filter true 1,$(CI)),$(STRICT))

# As it is installed; found out only when it is needed.
RELEASE = $(shell SWIFT="$(SWIFT)" scripts/release-flags)

FORMATTED := Package.swift Sources Tests Examples Benchmarks $(wildcard Fuzz)

.PHONY: help setup build demo test test-swift test-interop lint format check-house bench docs docs-rpc install clean

help: ## list the commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing from the system (root or sudo), or say what to type
	@scripts/install-deps

build: setup ## build everything for debugging
	$(SWIFT) build $(FLAGS)

demo: ## show a message crossing a relay and its receipt coming back, on this machine
	@scripts/install-deps demo
	@SWIFT="$(SWIFT)" SWIFT_FLAGS="$(FLAGS)" scripts/demo

test: test-swift test-interop ## run every test

test-swift: setup
	$(SWIFT) build --build-tests $(FLAGS)
	# One test at a time: many drive a whole mesh, and side by side they would starve those that wait for a deadline.
	$(SWIFT) test --skip-build --no-parallel $(FLAGS)

test-interop: setup
	$(SWIFT) build --product pim-daemon $(FLAGS)
	$(SWIFT) build --product pim $(FLAGS)
	scripts/test-interop

lint: setup check-house ## check formatting, house rules, and that nothing warns
	$(SWIFT) format lint --strict --parallel --recursive $(FORMATTED)
	$(SWIFT) build --build-tests $(STRICT)

check-house:
	@scripts/check-house

format: ## format every Swift file in place
	$(SWIFT) format --in-place --parallel --recursive $(FORMATTED)

bench: ## measure; prints tables and writes Benchmarks/results/*.json
	@scripts/install-deps bench
	$(SWIFT) build $(RELEASE) --product pim-daemon
	$(SWIFT) build $(RELEASE) --product pim
	$(SWIFT) run $(RELEASE) pim-bench

docs: setup ## build the API documentation of the libraries into .build/docs
	@SWIFT="$(SWIFT)" scripts/docs

docs-rpc: setup ## write docs/rpc.md and docs/openrpc.json from the types of the control socket
	$(SWIFT) build --product rpc-documents $(FLAGS)
	$$($(SWIFT) build --show-bin-path)/rpc-documents

install: setup ## install programs, unit, completions, manual pages (PREFIX=/usr/local DESTDIR=)
	@SWIFT="$(SWIFT)" BINDIR="$(BINDIR)" SHAREDIR="$(SHAREDIR)" UNITDIR="$(UNITDIR)" SYSUSERSDIR="$(SYSUSERSDIR)" \
	    TMPFILESDIR="$(TMPFILESDIR)" PREFIX="$(PREFIX)" scripts/install

clean: ## remove what was built
	rm -rf .build
