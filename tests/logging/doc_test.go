// Package logging_test checks what ships and keeps the logs as far as that goes without
// Elasticsearch, which has no place on every machine: the node's provisioning up to the
// vendor's packages, the setup's requests, and how Fluent Bit reads names and lines.
package logging_test
