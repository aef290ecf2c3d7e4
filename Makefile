# Everything is built without cgo, so that a binary runs on any machine; only the
# race detector needs a C compiler.
export CGO_ENABLED := 0

# At least the patch of Go that go.mod names, whatever the machine was set to.
export GOTOOLCHAIN := auto

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := $(CURDIR)/bin
GOFUMPT_VERSION := v0.12.0
STATICCHECK_VERSION := v0.8.2
GOVULNCHECK_VERSION := v1.9.0
GOFUMPT := $(BIN)/gofumpt-$(GOFUMPT_VERSION)
STATICCHECK := $(BIN)/staticcheck-$(STATICCHECK_VERSION)
GOVULNCHECK := $(BIN)/govulncheck-$(GOVULNCHECK_VERSION)

# What a build calls itself. Sources without their git history have no version.
VERSION = $(shell [ ! -e .git ] || git describe --tags --always --dirty)

# What takes longest goes first, or it would go on alone at the end.
LONGEST := ./web ./gateway ./cmd/rostergate

# One PostgreSQL server for all packages of a run, unless a server is named.
CLUSTER := $(if $(ROSTERGATE_TEST_POSTGRES),,go run ./database/dbtest/cluster)
FUZZTIME := 10s

.PHONY: help
help: ## Lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: check
check: lint ## The quick part: format, vet, staticcheck, and the tests that need no database
	go list -test -f '{{.ImportPath}} {{join .Deps " "}}' ./... \
		| sed -nE '/\/database\/dbtest/d; s/^([^ ]*)\.test .*/\1/p' | xargs go test -short

.PHONY: test
test: tools ## Every test, on SQLite and on a real PostgreSQL
	$(CLUSTER) go test -timeout 30m $(LONGEST) ./...

.PHONY: race
race: tools ## Every test under the race detector (needs a C compiler)
	CGO_ENABLED=1 $(CLUSTER) go test -race -timeout 60m $(LONGEST) ./...

.PHONY: tools
tools: ## Installs what the tests need where it is missing, or says what to install
	@scripts/tools

.PHONY: lint
lint: $(GOFUMPT) $(STATICCHECK) ## Format, vet and staticcheck
	@unformatted=$$($(GOFUMPT) -l .); [ -z "$$unformatted" ] || { $(GOFUMPT) -d $$unformatted; echo "run make format"; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...
	@compiled=$$(CGO_ENABLED=1 go list -deps -f '{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}' ./...); \
		[ -z "$$compiled" ] || { echo "go run would compile C: $$compiled"; exit 1; }

.PHONY: vuln
vuln: $(GOVULNCHECK) ## Looks for known vulnerabilities, where their database can be reached
	@scripts/vuln $(GOVULNCHECK)

.PHONY: format
format: $(GOFUMPT) ## Formats the code
	$(GOFUMPT) -w .

.PHONY: fuzz
fuzz: ## Each fuzz target for a moment (FUZZTIME=10s)
	@{ grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . || true; } \
		| sed -E 's|/[^/]*:func | |' \
		| while read -r folder target; do \
			echo "$$folder $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$folder" </dev/null; \
		done

.PHONY: bench
bench: tools ## Every benchmark
	$(CLUSTER) go test -run '^$$' -bench . -benchmem -timeout 30m ./...

.PHONY: bench-quick
bench-quick: tools ## The gateway beside a plain server, in one run
	go run ./bench

.PHONY: scale
scale: tools ## Large districts measured, processes killed many times, and long storms
	$(CLUSTER) go test ./endurance -count 1 -v -timeout 6h -rounds 50 -students 100000,400000
	$(CLUSTER) go test ./gateway -count 1 -v -timeout 1h -saves 2000 \
		-run '^(TestEveryAnswerIsOfOneStateThatHeldWhileItWasAsked|TestMoreClientsThanConnectionsAreAnsweredWhateverIsSavedAndImported)$$'

.PHONY: screenshots
screenshots: tools ## Writes docs/screenshots from the demo
	ROSTERGATE_TEST_SPECS=pictures.spec.mjs ROSTERGATE_TEST_SCREENSHOTS=$(CURDIR)/docs/screenshots \
		go test ./web -count 1 -run '^TestBrowser$$'

.PHONY: fields
fields: ## Writes docs/fields.md from the catalog
	go test ./catalog -count 1 -run '^TestTheFieldsPageSaysWhatTheCatalogSays$$' -update

.PHONY: build
build: ## Builds bin/rostergate (VERSION=v1.2.3 names it; default: what git says)
	go build -trimpath -ldflags '-s -w -X main.stamped=$(VERSION)' -o $(BIN)/rostergate ./cmd/rostergate

.PHONY: demo
demo: ## Serves a made-up district on this machine
	go run ./cmd/rostergate demo

$(GOFUMPT):
	GOBIN=$(BIN) go install mvdan.cc/gofumpt@$(GOFUMPT_VERSION)
	mv $(BIN)/gofumpt $@

$(GOVULNCHECK):
	GOBIN=$(BIN) go install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	mv $(BIN)/govulncheck $@

$(STATICCHECK):
	GOBIN=$(BIN) go install honnef.co/go/tools/cmd/staticcheck@$(STATICCHECK_VERSION)
	mv $(BIN)/staticcheck $@
