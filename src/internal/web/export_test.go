package web

// CheckHTML is for the tests of whole pages.
var CheckHTML = checkHTML
