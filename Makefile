# The commands of this repository. `make` lists them.

export CGO_ENABLED = 0

PORT ?= 8000
METRICS_PORT ?= 8001
ADDRESS ?= 127.0.0.1
FUZZTIME ?= 30s
CLUSTER ?= auto
BASE ?= origin/main

lint := go tool -modfile=tests/tools/go.mod golangci-lint
go_directories := $(wildcard src tests)

.DEFAULT_GOAL := help
.PHONY: help run up sync status logs down test e2e lint check fmt bench fuzz generate adopt build image reproduce push sbom vulnerabilities report clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(firstword $(MAKEFILE_LIST)) | while IFS='|' read -r name text; do printf '  %-15s %s\n' "$$name" "$$text"; done

run: ## Run the exchange on this machine (PORT=8000 METRICS_PORT=8001 ADDRESS=127.0.0.1); Ctrl-C stops it
	@go build -o .local/bin/lab ./src/cmd/lab
	@.local/bin/lab run --host $(ADDRESS) --port $(PORT) --metrics-port $(METRICS_PORT)

up: ## Bring the whole platform up on a kind cluster, synced by Argo CD (CLUSTER=kind or airgap)
	@go build -o .local/bin/cluster ./src/cmd/cluster
	@.local/bin/cluster up --cluster "$(CLUSTER)"

sync status logs down:
	@go build -o .local/bin/cluster ./src/cmd/cluster
	@.local/bin/cluster $@

sync: ## Hand the work tree to Argo CD again, and wait
status: ## Show the cluster's Applications
logs: ## Follow the exchange's logs in the cluster
down: ## Remove the cluster

test: ## Check the format, vet, and run all tests against a real PostgreSQL
	@files=$$(gofmt -l $(go_directories)); [ -z "$$files" ] || { echo "not formatted (make fmt does it):"; echo "$$files"; exit 1; }
	go vet ./...
	@go run ./src/cmd/lab tools
	go run ./src/cmd/lab postgres -- go test $(TESTFLAGS) ./...

e2e: ## Test the whole platform on a cluster of its own, or on the one that is up (E2E_REUSE=1)
	go vet -tags e2e ./tests/e2e/...
	@go build -o .local/bin/cluster ./src/cmd/cluster
	@# Where no registry can be reached, bringing the cluster up for the first time takes most of the time.
	@E2E_REUSE="$(E2E_REUSE)" CLUSTER="$(CLUSTER)" go test -tags e2e -count=1 -timeout 90m -v $(if $(FEATURE),-run 'TestPlatform/^$(FEATURE)$$') ./tests/e2e

lint: ## Check style and who imports whom with golangci-lint, built from its pinned module
	$(lint) run ./...

check: ## Hold what the clusters render to the policies
	@go run ./src/cmd/gitops check

fmt: ## Format all Go files
	gofmt -w $(go_directories)

bench: ## Measure the exchange (.local/bench.json), then gitops beside kustomize and conftest
	go run ./src/cmd/lab bench
	go test -run '^$$' -bench . -benchtime 3x -timeout 60m ./src/internal/gitops/...

fuzz: ## Run each fuzz target for a while (FUZZTIME=30s)
	@grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*' src | while IFS=: read -r file target; do \
		echo "$${target#func } in $$(dirname "$$file")"; \
		go test "./$$(dirname "$$file")" -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(FUZZTIME) || exit 1; \
	done

generate: ## Write again what is generated
	go generate ./...

adopt: ## Make the manifests name your Git repository and image (REPO=https://… IMAGE=registry/…)
	@go run ./src/cmd/gitops adopt --repository '$(REPO)' --image '$(IMAGE)'

image: ## Build the exchange's image into .local/exchange-image.tar (PLATFORM=linux/amd64,linux/arm64)
	@go run ./src/cmd/image build $(if $(PLATFORM),--platform $(PLATFORM))

reproduce: ## Build the image twice, in two directories and with two caches, and compare
	@go run ./src/cmd/image build --twice $(if $(PLATFORM),--platform $(PLATFORM))

push: ## Build the image for amd64 and arm64 and push it (DOCKER_USERNAME, DOCKER_PASSWORD)
	@go run ./src/cmd/image push $(if $(OUTPUTS),--outputs '$(OUTPUTS)')

sbom: ## List what the exchange is built from, as CycloneDX, in .local/sbom.json
	@mkdir -p .local
	go tool -modfile=tests/tools/sbom/go.mod cyclonedx-gomod app -json -noserial -main src/cmd/exchange -output .local/sbom.json .

vulnerabilities: ## Look for known vulnerabilities in what the programs use
	go tool -modfile=tests/tools/govulncheck/go.mod govulncheck ./...

report: ## Compare the manifests with BASE (origin/main) for a pull request, in .local/report
	@mkdir -p .local/report && go build -o .local/bin/gitops ./src/cmd/gitops
	@.local/bin/gitops check --base '$(BASE)' --format sarif >.local/report/check.sarif || [ $$? -eq 1 ]
	@.local/bin/gitops check --base '$(BASE)' --format markdown >.local/report/check.md || [ $$? -eq 1 ]
	@.local/bin/gitops diff --base '$(BASE)' --format markdown >.local/report/diff.md || [ $$? -eq 1 ]
	@cd .local/report && if [ $$(cat check.md diff.md | wc -m) -le 65536 ]; then cat check.md diff.md; else \
		cat check.md; echo; echo "What the clusters gain, lose and change is too long for a comment: see the summary of the job."; fi >comment.md
	@.local/bin/gitops check --base '$(BASE)' --format $(if $(GITHUB_ACTIONS),github,text)

build: ## Build the programs into .local/bin
	go build -o .local/bin/ ./src/cmd/...

clean: ## Stop what runs from .local/ and remove it, the demo's data and the cluster included
	@[ ! -d .local/cluster ] || $(MAKE) --no-print-directory down
	@go run ./src/cmd/lab clean
