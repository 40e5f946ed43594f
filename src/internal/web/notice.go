package web

import (
	"net/http"
	"strconv"

	"github.com/bitpin/exchange/src/internal/exchange"
)

// namedOrder returns the visitor's own order that the address of a redirect names, or nil.
func (s *site) namedOrder(r *http.Request, m exchange.Market) *exchange.Order {
	id, err := strconv.ParseInt(r.URL.Query().Get("order"), 10, 64)
	session := sessionOf(r)
	if err != nil || id <= 0 || m.ID == 0 || session == nil {
		return nil
	}
	order, err := s.Books.Order(r.Context(), session.Account, m.ID, exchange.OrderRef{ID: exchange.OrderID(id)})
	if err != nil {
		if exchange.CodeOf(err) != exchange.CodeOrderNotFound {
			s.Log.WarnContext(r.Context(), "reading the order of a notice", "order", id, "error", err)
		}
		return nil
	}
	return &order
}

// noticeOf says what a form did. It is read from the books and never from the
// redirect's address, so that nobody can put words into it.
func (s *site) noticeOf(r *http.Request, m exchange.Market, order *exchange.Order) notice {
	about := r.URL.Query().Get("notice")
	switch {
	case order != nil:
		n := orderNotice(m, order)
		if about == "too-late" && !order.Open() {
			n.Text = "There was nothing to cancel. " + n.Text
		}
		return n
	case about == "all-cancelled" && sessionOf(r) != nil:
		open, err := s.Books.OpenOrders(r.Context(), sessionOf(r).Account, m.ID)
		if err == nil && len(open) == 0 {
			return notice{Text: "You have no open orders left here."}
		}
	}
	return notice{}
}

// orderNotice says how an order stands.
func orderNotice(m exchange.Market, o *exchange.Order) notice {
	subject := "Order " + orderText(o.ID)
	filled := decimal(o.Executed, 0) + " " + m.Base.Code + " for " + decimal(o.CumulativeQuote, 0) + " " + m.Quote.Code
	verb := " bought "
	if o.Side == exchange.Sell {
		verb = " sold "
	}
	switch {
	case o.Status == exchange.StatusNew:
		return notice{Text: subject + " is in the book: " + sideClass(o.Side) + " " + decimal(o.Quantity, 0) + " " + m.Base.Code +
			" at " + decimal(o.Price, decimalsOf(m.Tick)) + " " + m.Quote.Code + "."}
	case o.Status == exchange.StatusPartiallyFilled:
		return notice{Text: subject + verb + filled + " so far; the rest is in the book."}
	case o.Status == exchange.StatusFilled:
		return notice{Text: subject + verb + filled + "."}
	case o.Executed > 0:
		return notice{Text: subject + verb + filled + "; the rest " + ending(o.Status) + "."}
	case o.Status == exchange.StatusCanceled:
		return notice{Text: subject + " was cancelled."}
	}
	return notice{Text: subject + " " + ending(o.Status) + " and traded nothing.", Alert: true}
}

func ending(status exchange.OrderStatus) string {
	switch status {
	case exchange.StatusCanceled:
		return "was cancelled"
	case exchange.StatusExpiredInMatch:
		return "expired, because it met an order of your own"
	}
	return "expired"
}
