package trading

import "github.com/bitpin/exchange/src/internal/exchange"

// SetMarkets tells of markets that have been added. A replica that leads steps down
// after the batch under way, loads its state with them, and leads again.
func (s *Service) SetMarkets(markets []exchange.Market) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.markets = markets
	if s.stepDown != nil {
		s.stepDown()
	}
}
