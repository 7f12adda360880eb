# Two commands are all a newcomer needs: `make run` and `make test`.
# Each installs the Debian packages that are missing, builds, and runs.

SWIFT ?= swift
BUILD_PACKAGES := libssl-dev libjansson-dev libpq-dev libsqlite3-dev libqrencode-dev zlib1g-dev pkg-config
TEST_PACKAGES := python3 python3-venv postgresql postgresql-client openssl chromium \
	curl haproxy nginx-light nghttp2-client
# One file per program, and calls into the standard library without a detour. Whether accesses to
# one variable overlap is checked by the compiler, and at run time in debug builds, which is what
# the tests and the sanitizers run.
RELEASE := -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked
SOURCES := Package.swift Sources Tests

.PHONY: run test build release deps format lint bench costs fuzz soak sanitize clean

run: release
	examples/quickstart/run

test: deps
	@scripts/install-packages $(TEST_PACKAGES)
	@scripts/install-python
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest --no-parallel
	Tests/Browser/run

build: deps
	$(SWIFT) build

release: deps
	$(SWIFT) build $(RELEASE) --product gatekeeper
	$(SWIFT) build $(RELEASE) --product gatekeeper-demo

# Installs what is missing, and asks for nothing where all is there.
deps:
	@scripts/install-packages $(BUILD_PACKAGES)

format:
	$(SWIFT) format format --in-place --recursive --parallel $(SOURCES)

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

bench: release
	Benchmarks/compare

# Instructions and allocations per request against their bounds; too slow for every change.
costs: release
	Benchmarks/count

fuzz: deps
	Fuzz/run

# A quarter of an hour among faults: SOAK_SECONDS=60 make soak for a quick look.
soak: release
	Tests/Soak/run

# The integration tests under ThreadSanitizer and AddressSanitizer; builds everything twice.
sanitize: deps
	@scripts/install-packages $(TEST_PACKAGES)
	@scripts/install-python
	Tests/Sanitizers/run

clean:
	rm -rf .build
