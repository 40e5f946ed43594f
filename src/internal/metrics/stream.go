package metrics

import "github.com/prometheus/client_golang/prometheus"

// Stream measures the WebSocket streams of this replica. Its methods do not block
// and may be called from any goroutine.
type Stream struct {
	connections   prometheus.Gauge
	opened        prometheus.Counter
	refused       prometheus.Counter
	subscriptions prometheus.Gauge
	messages      prometheus.Counter
	slowConsumers prometheus.Counter
	sequence      prometheus.Gauge
}

func newStream(m *Metrics) *Stream {
	return &Stream{
		connections:   m.gauge("exchange_stream_connections", "Open WebSocket connections."),
		opened:        m.counter("exchange_stream_connections_opened_total", "WebSocket connections that were opened."),
		refused:       m.counter("exchange_stream_connections_refused_total", "WebSocket connections refused because there were too many, in all or from their address."),
		subscriptions: m.gauge("exchange_stream_subscriptions", "Streams that connections are subscribed to, each counted for each connection."),
		messages:      m.counter("exchange_stream_messages_total", "Messages handed to connections."),
		slowConsumers: m.counter("exchange_stream_slow_consumers_total", "Connections closed because they did not read fast enough."),
		sequence:      m.gauge("exchange_stream_sequence", "Sequence number of the latest command that this replica has published."),
	}
}

// Opened counts a connection that was accepted; Closed takes it back.
func (s *Stream) Opened() {
	s.connections.Inc()
	s.opened.Inc()
}

// Closed notes that a connection has ended.
func (s *Stream) Closed() { s.connections.Dec() }

// Refused counts a connection that was not accepted.
func (s *Stream) Refused() { s.refused.Inc() }

// AddSubscriptions notes n more subscriptions, or fewer where n is negative.
func (s *Stream) AddSubscriptions(n int) { s.subscriptions.Add(float64(n)) }

// CountMessages counts n messages handed to connections.
func (s *Stream) CountMessages(n int) { s.messages.Add(float64(n)) }

// SlowConsumer counts a connection closed for not keeping up.
func (s *Stream) SlowConsumer() { s.slowConsumers.Inc() }

// SetSequence notes the latest command that has been published.
func (s *Stream) SetSequence(seq int64) { s.sequence.Set(float64(seq)) }
