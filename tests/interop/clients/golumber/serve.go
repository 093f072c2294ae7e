package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"

	"github.com/elastic/go-lumber/server"
)

// serve prints the address it listens on to standard error, then each event to standard output, until standard
// input ends.
func serve(o *options) error {
	listener, err := net.Listen("tcp", o.address)
	if err != nil {
		return err
	}
	config, err := o.tlsConfig()
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "listening on", listener.Addr())
	if config != nil { // go-lumber's own TLS option lies above its look at the version, so it must be below
		listener = tls.NewListener(listener, config)
	}
	log.SetOutput(io.Discard)
	receiver, err := server.NewWithListener(listener, server.V1(true), server.V2(true), server.Timeout(o.timeout))
	if err != nil {
		return err
	}
	go func() {
		io.Copy(io.Discard, os.Stdin)
		receiver.Close()
		os.Exit(0)
	}()
	events := json.NewEncoder(os.Stdout)
	for batch := range receiver.ReceiveChan() {
		for _, event := range batch.Events {
			if err := events.Encode(event); err != nil {
				return err
			}
		}
		time.Sleep(o.ackDelay)
		batch.ACK()
	}
	return nil
}
