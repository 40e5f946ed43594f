package trading

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// PeerHandler takes the commands that other replicas forward. It belongs on a port
// of its own that only they can reach; every request is signed with the peer key.
func (s *Service) PeerHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+PeerPath, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPeerBody))
		if err != nil {
			http.Error(w, "the command could not be read", http.StatusBadRequest)
			return
		}
		if !s.peers.admit(r.Header, body) {
			http.Error(w, "not signed by a replica", http.StatusForbidden)
			return
		}
		var command exchange.Command
		if err := json.Unmarshal(body, &command); err != nil {
			http.Error(w, "not a command: "+err.Error(), http.StatusBadRequest)
			return
		}
		// Whoever forwarded it may go away; the command is executed or not as a whole.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), s.options.CommandTimeout)
		defer cancel()
		outcome, err := s.SubmitHere(ctx, command)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(toReply(outcome, err))
	})
	return mux
}

func toReply(outcome exchange.Outcome, err error) reply {
	var coded *exchange.Error
	switch {
	case err == nil:
		return reply{Outcome: outcome}
	case errors.Is(err, errNotLeading):
		return reply{NotLeading: true}
	case errors.As(err, &coded):
		return reply{Error: coded}
	}
	return reply{Error: exchange.ErrUnknownOutcome}
}
