package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	client "github.com/elastic/go-lumber/client/v2"
)

const maxLine = 64 << 20

// result is what golumber send prints, whatever happened.
type result struct {
	Acknowledged int     `json:"acknowledged"`
	Windows      int     `json:"windows"`
	Seconds      float64 `json:"seconds"`
	Error        string  `json:"error"`
}

func send(o *options) error {
	var r result
	began := time.Now()
	way := sendOneByOne
	if o.inFlight > 0 {
		way = sendPipelined
	}
	err := way(o, o.windows(os.Stdin), &r)
	r.Seconds = time.Since(began).Seconds()
	if err != nil {
		r.Error = err.Error()
	}
	json.NewEncoder(os.Stdout).Encode(r)
	return err
}

// windows returns a function that gives the next window, and nil at the end.
func (o *options) windows(input io.Reader) func() ([]interface{}, error) {
	next := o.numbered()
	if o.fromStdin {
		next = lines(input)
	}
	return func() ([]interface{}, error) {
		var window []interface{}
		for len(window) < o.window {
			event, err := next()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, err
			}
			window = append(window, event)
		}
		return window, nil
	}
}

func (o *options) numbered() func() (interface{}, error) {
	n, filling := o.first, strings.Repeat("x", o.size)
	return func() (interface{}, error) {
		if n == o.first+o.count {
			return nil, io.EOF
		}
		event := map[string]interface{}{
			"@timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
			"@metadata":  map[string]string{"beat": "golumber", "type": "_doc", "version": "8.0.0"},
			"n":          n,
			"message":    fmt.Sprintf("event %d %s", n, filling),
		}
		n++
		return event, nil
	}
}

func lines(input io.Reader) func() (interface{}, error) {
	scanner := bufio.NewScanner(input)
	scanner.Buffer(nil, maxLine)
	return func() (interface{}, error) {
		if scanner.Scan() {
			return json.RawMessage(append([]byte(nil), scanner.Bytes()...)), nil
		}
		if err := scanner.Err(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
}

func sendOneByOne(o *options, next func() ([]interface{}, error), r *result) error {
	c, err := client.SyncDialWith(o.dial, o.address, client.CompressionLevel(o.level), client.Timeout(o.timeout))
	if err != nil {
		return err
	}
	defer c.Close()
	for {
		window, err := next()
		if err != nil || window == nil {
			return err
		}
		acknowledged, err := c.Send(window)
		r.Acknowledged += acknowledged
		if err != nil {
			return err
		}
		r.Windows++
	}
}

// sendPipelined counts in the callbacks, which come in the order of the windows, from another goroutine.
func sendPipelined(o *options, next func() ([]interface{}, error), r *result) error {
	c, err := client.AsyncDialWith(
		o.dial, o.address, o.inFlight, client.CompressionLevel(o.level), client.Timeout(o.timeout))
	if err != nil {
		return err
	}
	defer c.Close()
	var lock sync.Mutex
	var waiting sync.WaitGroup
	var failed error
	acknowledge := func(count uint32, err error) {
		lock.Lock()
		defer lock.Unlock()
		defer waiting.Done()
		r.Acknowledged += int(count)
		if err == nil {
			r.Windows++
		} else if failed == nil {
			failed = err
		}
	}
	for {
		window, err := next()
		if err == nil && window != nil {
			waiting.Add(1)
			if err = c.Send(acknowledge, window); err == nil {
				continue
			}
		}
		waiting.Wait()
		lock.Lock()
		defer lock.Unlock()
		if failed != nil {
			return failed
		}
		return err
	}
}
