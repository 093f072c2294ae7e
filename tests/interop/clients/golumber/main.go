// golumber sends events over Lumberjack v2 and says how many were acknowledged (golumber send), or receives
// over v1 and v2, prints each event and acknowledges it (golumber serve). Both speak TLS with certificates of
// both sides when -ca is given.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"time"
)

type options struct {
	address       string
	ca, cert, key string
	serverName    string
	timeout       time.Duration

	first, count, window, size int
	level, inFlight            int
	fromStdin                  bool

	ackDelay time.Duration
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "golumber:", err)
		os.Exit(1)
	}
}

func run(words []string) error {
	commands := map[string]func(*options) error{"send": send, "serve": serve}
	if len(words) == 0 || commands[words[0]] == nil {
		return errors.New("golumber send|serve [flags]")
	}
	var o options
	flags := flag.NewFlagSet(words[0], flag.ContinueOnError)
	flags.StringVar(&o.address, "address", "127.0.0.1:5044", "the host and port")
	flags.StringVar(&o.ca, "ca", "", "the file of the CA; without it no TLS")
	flags.StringVar(&o.cert, "cert", "", "the file of the own certificate")
	flags.StringVar(&o.key, "key", "", "the file of its key")
	flags.StringVar(&o.serverName, "name", "", "the name the server's certificate must have, if not the host")
	flags.DurationVar(&o.timeout, "timeout", 30*time.Second, "for connecting, and for each acknowledgement")
	flags.IntVar(&o.first, "first", 0, "send: the number of the first event")
	flags.IntVar(&o.count, "count", 1000, "send: how many events to make")
	flags.BoolVar(&o.fromStdin, "stdin", false, "send: read the events from standard input, one JSON a line")
	flags.IntVar(&o.window, "window", 100, "send: events in a window")
	flags.IntVar(&o.size, "size", 100, "send: bytes of filling in each message")
	flags.IntVar(&o.level, "level", 3, "send: compression, 0 to 9")
	flags.IntVar(&o.inFlight, "pipeline", 0, "send: windows that wait for an acknowledgement; 0 is one at a time")
	flags.DurationVar(&o.ackDelay, "ack-delay", 0, "serve: the time before each acknowledgement")
	if err := flags.Parse(words[1:]); err != nil {
		return err
	}
	if o.window < 1 {
		return errors.New("-window is at least 1")
	}
	return commands[words[0]](&o)
}

// tlsConfig returns nil where no TLS is wanted.
func (o *options) tlsConfig() (*tls.Config, error) {
	if o.ca == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(o.ca)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("no certificate in %s", o.ca)
	}
	config := &tls.Config{
		RootCAs:    pool,
		ClientCAs:  pool,
		ClientAuth: tls.RequireAndVerifyClientCert,
		ServerName: o.serverName,
	}
	if o.cert == "" {
		return config, nil
	}
	pair, err := tls.LoadX509KeyPair(o.cert, o.key)
	config.Certificates = []tls.Certificate{pair}
	return config, err
}

func (o *options) dial(network, address string) (net.Conn, error) {
	config, err := o.tlsConfig()
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: o.timeout}
	if config == nil {
		return dialer.Dial(network, address)
	}
	return tls.DialWithDialer(dialer, network, address, config)
}
