package exchange

// AssetID identifies an asset inside the exchange; it is never shown to clients.
type AssetID int32

// Asset is something that can be owned. Its code is what clients see: 2 to 10
// upper-case letters or digits, such as "BTC".
type Asset struct {
	ID   AssetID `json:"id"`
	Code string  `json:"code"`
}

// ValidAssetCode reports whether text can be an asset's code.
func ValidAssetCode(text string) bool {
	if len(text) < 2 || len(text) > 10 {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
