// Tells of each request what it has read: method, target and body, in hexadecimal digits.
package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
)

type reader struct{}

func (reader) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	read := append([]byte(r.Method+" "+r.RequestURI+" ["), append(body, ']')...)
	w.Header().Set("X-Read", hex.EncodeToString(read))
	w.Header().Set("Content-Length", "0")
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("PORTS %d\n", listener.Addr().(*net.TCPAddr).Port)
	http.Serve(listener, reader{})
}
