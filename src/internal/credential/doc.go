// Package credential holds what the exchange does with secrets: hashing passwords
// (argon2id), sealing secrets for storage (AES-256-GCM), deriving keys from the one
// SECRET_KEY (HKDF), random tokens and message authentication (HMAC).
//
// Every comparison of a secret takes constant time. No error holds a secret.
package credential
