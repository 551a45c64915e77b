// The calls of the client and server matrix in Go: BASE 1|2 FILE, of which the last is the body that is sent.
package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"os"
)

var client http.Client
var base string
var opened int

func call(method, path string, body io.Reader, prepare func(*http.Request)) (*http.Response, []byte) {
	request, err := http.NewRequest(method, base+path, body)
	if err != nil {
		panic(err)
	}
	prepare(request)
	trace := httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if !got.Reused {
			opened++
		}
	}}
	response, err := client.Do(request.WithContext(httptrace.WithClientTrace(request.Context(), &trace)))
	if err != nil {
		panic(err)
	}
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	response.Body.Close()
	return response, answer
}

func main() {
	base = os.Args[1]
	var protocols http.Protocols
	protocols.SetHTTP1(os.Args[2] == "1")
	protocols.SetUnencryptedHTTP2(os.Args[2] == "2")
	transport := &http.Transport{Protocols: &protocols, DisableCompression: true}
	client.Transport = transport
	body, err := os.ReadFile(os.Args[3])
	if err != nil {
		panic(err)
	}
	asItIs := func(*http.Request) {}

	response, answer := call("GET", "/bytes", nil, asItIs)
	fmt.Printf("get %d %x\n", response.StatusCode, sha256.Sum256(answer))
	response, answer = call("POST", "/echo", bytes.NewReader(body), asItIs)
	fmt.Printf("post %d %x\n", response.StatusCode, sha256.Sum256(answer))
	// Of unknown length.
	response, answer = call("POST", "/echo-chunked", io.MultiReader(bytes.NewReader(body)), asItIs)
	fmt.Printf("chunked %d %x\n", response.StatusCode, sha256.Sum256(answer))
	response, answer = call("HEAD", "/bytes", nil, asItIs)
	fmt.Printf("head %d %d %d\n", response.StatusCode, response.ContentLength, len(answer))
	response, _ = call("GET", "/missing", nil, asItIs)
	fmt.Printf("missing %d\n", response.StatusCode)
	response, answer = call("GET", "/cached", nil, func(r *http.Request) { r.Header.Set("If-None-Match", `"v1"`) })
	fmt.Printf("cached %d %d\n", response.StatusCode, len(answer))

	transport.CloseIdleConnections()
	opened = 0
	good := 0
	for i := 0; i < 20; i++ {
		response, answer = call("GET", "/small", nil, asItIs)
		if response.StatusCode == 200 && string(answer) == "small" {
			good++
		}
	}
	fmt.Printf("keep %d over %d\n", good, opened)
	response, answer = call("GET", "/small", nil, func(r *http.Request) { r.Close = true })
	fmt.Printf("close %d %d\n", response.StatusCode, len(answer))
}
