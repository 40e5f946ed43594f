// Package monitoring_test holds dashboards, rules and runbooks to the code: every
// expression parses, names only what is exported, and each alert fires when it should.
package monitoring_test
