// Package traders sends orders to an exchange as its clients do, with signed requests
// over HTTP, while a test breaks what runs it. It remembers what each client was told
// and compares that with what the database has: nothing acknowledged may be missing,
// and nothing may be there twice.
package traders
