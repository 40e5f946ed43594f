// Package trading is the exchange's one writer.
//
// State is the exchange as a state machine: it applies commands in memory, pure
// and deterministic, matching with package matching and posting with package
// ledger. Time and fees come in with the command, so replaying the log gives the
// identical state.
//
// Service runs on every replica. One of them holds the lease; it takes what has
// arrived, applies it as one batch, commits the batch in one transaction that also
// checks the lease's epoch, and only then answers and publishes. The others
// forward commands to it. A replica that cannot tell whether a commit happened
// throws its memory away, asks the database, and starts again from there.
//
// Follower keeps every replica's view of the market in step with the committed
// batches.
//
// Verify replays the log and compares what comes out with what is stored.
package trading
