// Package browser_test uses the page as a person does: it runs the exchange's program
// with the demo and opens the page in Chromium.
//
// A message of the console or a violation of the Content-Security-Policy fails the
// test. Screenshots are kept with: go test ./tests/browser -artifacts -outputdir DIR
package browser_test
