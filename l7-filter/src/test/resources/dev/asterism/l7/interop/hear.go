// Asks PORT for COUNT answers and tells of each its number, status and body in hexadecimal digits, or that it was none.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	count, _ := strconv.Atoi(os.Args[2])
	client := &http.Client{
		Timeout:       5 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	for number := 0; number < count; number++ {
		answer, err := client.Get(fmt.Sprintf("http://127.0.0.1:%s/%d", os.Args[1], number))
		if err != nil {
			fmt.Printf("%d none\n", number)
			continue
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			fmt.Printf("%d none\n", number)
		} else {
			fmt.Printf("%d %d %x\n", number, answer.StatusCode, body)
		}
	}
}
