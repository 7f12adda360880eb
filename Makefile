# Two commands are all a newcomer needs: `make run` and `make test`.
# Each installs the Debian packages that are missing, builds, and runs.

SWIFT ?= swift
BUILD_PACKAGES := libssl-dev libjansson-dev libpq-dev libsqlite3-dev libqrencode-dev zlib1g-dev pkg-config
TEST_PACKAGES := python3 python3-venv postgresql postgresql-client openssl curl haproxy nginx-light nghttp2-client
SOURCES := Package.swift Sources Tests

.PHONY: run test build release deps format lint bench fuzz clean

run: release
	examples/quickstart/run

test: deps
	@scripts/install-packages $(TEST_PACKAGES)
	@scripts/install-python
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest --no-parallel

build: deps
	$(SWIFT) build

release: deps
	$(SWIFT) build -c release --product gatekeeper
	$(SWIFT) build -c release --product gatekeeper-demo

# Installs what is missing, and asks for nothing where all is there.
deps:
	@scripts/install-packages $(BUILD_PACKAGES)

format:
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

bench: release
	Benchmarks/compare

fuzz: deps
	Fuzz/run

clean:
	rm -rf .build
