"""What network plugins share: TLS contexts from `ssl_*` settings, listeners, backoff, certificates."""
