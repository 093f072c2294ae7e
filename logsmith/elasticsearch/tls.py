"""TLS to a cluster: the `ssl_*` settings in PEM, and the keystores and truststores of Java users."""

import ssl
from dataclasses import replace

from logsmith.net.stores import Store, in_pem, load_keystore, read_truststore
from logsmith.net.tls import TlsClientSettings, client_context

__all__ = ["Store", "make_context"]


def make_context(
    settings: TlsClientSettings, *, keystore: Store | None = None, truststore: Store | None = None
) -> ssl.SSLContext:
    """Return the context for connections; raises TlsError that says what is wrong."""
    trusts_store = truststore is not None and settings.verification_mode != "none"
    context = client_context(replace(settings, verification_mode="none") if trusts_store else settings)
    if truststore is not None and trusts_store:
        context.load_verify_locations(cadata=in_pem(read_truststore(truststore)))
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = settings.verification_mode == "full"
    if keystore is not None:
        load_keystore(context, keystore)
    return context
