"""Why a TLS handshake failed, in words for the person who has to mend it."""

import ssl
from collections.abc import Iterator

# by OpenSSL's verify code (x509_vfy.h)
_REFUSED_CERTIFICATES = {
    2: "was issued by another CA: the issuer of its intermediate certificate is missing",
    3: "is of an authority without a revocation list, and all need one",
    9: "is not valid yet; compare the clocks of both machines",
    10: "has expired, or a CA above it has",
    12: "cannot be checked: the revocation list of its authority has expired",
    18: "is self-signed and not among the certificate authorities",
    19: "was issued by another CA: its root is not among the certificate authorities",
    20: "was issued by another CA, or an intermediate certificate is missing from what was sent",
    21: "was issued by another CA, or an intermediate certificate is missing from what was sent",
    23: "has been revoked",
    24: "was issued by a certificate that is no CA",
    79: "was issued by a certificate that is no CA",
    26: "is not for this purpose: its extended key usage lacks clientAuth (client) or serverAuth (server)",
    62: "is for other host names",
    64: "is for other addresses",
    66: "has a key that is too short",
    67: "was issued by a CA whose key is too short",
    68: "is signed with a digest that is too weak",
}

# by OpenSSL's reason; an "alert" is what the peer said before it closed
_REASONS = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "the peer sent no client certificate, and one is required",
    "HTTP_REQUEST": "the peer speaks plain HTTP on a TLS port",
    "HTTPS_PROXY_REQUEST": "the peer speaks plain HTTP (a proxy request) on a TLS port",
    "WRONG_VERSION_NUMBER": "the peer does not speak TLS; is TLS off on its side?",
    "PACKET_LENGTH_TOO_LONG": "the peer does not speak TLS; is TLS off on its side?",
    "RECORD_LAYER_FAILURE": "the peer does not speak TLS; is TLS off on its side?",
    "UNKNOWN_PROTOCOL": "the peer does not speak TLS; is TLS off on its side?",
    "UNEXPECTED_MESSAGE": "the peer broke the TLS protocol",
    "UNSUPPORTED_PROTOCOL": "the peer's TLS version is too old, or is not among the supported protocols",
    "VERSION_TOO_LOW": "the peer's TLS version is too old, or is not among the supported protocols",
    "NO_SHARED_CIPHER": "the two sides have no cipher suite in common",
    "NO_SUITABLE_SIGNATURE_ALGORITHM": "our key is of a kind that the peer has no signature algorithm for",
    "DH_KEY_TOO_SMALL": "the peer offers a key exchange that is too weak",
    "UNEXPECTED_EOF_WHILE_READING": "the peer closed the connection during the handshake",
    "NO_RENEGOTIATION": "the peer asked to renegotiate, which is refused",
    "TLSV1_ALERT_UNKNOWN_CA": "the peer does not trust our certificate: our CA is not among its authorities",
    "TLSV1_ALERT_PROTOCOL_VERSION": "the peer refuses our TLS versions; it is too old or too strict",
    "TLSV1_ALERT_NO_RENEGOTIATION": "the peer refuses to renegotiate",
    "TLSV1_ALERT_ACCESS_DENIED": "the peer refuses our certificate: access denied",
    "TLSV1_ALERT_DECRYPT_ERROR": "the peer could not check our signature; is the key another one's?",
    "TLSV1_ALERT_INSUFFICIENT_SECURITY": "the peer finds our cipher suites too weak",
    "TLSV1_ALERT_INTERNAL_ERROR": "the peer had an internal error during the handshake",
    "TLSV1_ALERT_USER_CANCELLED": "the peer gave up the handshake",
    "TLSV1_UNRECOGNIZED_NAME": "the peer does not serve the host name we asked for",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "the peer requires a client certificate, and we sent none",
    "TLSV13_ALERT_MISSING_EXTENSION": "the peer misses a TLS extension in our handshake",
    "SSLV3_ALERT_BAD_CERTIFICATE": "the peer refuses our certificate: another name, or another CA",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": "the peer says that our certificate has expired",
    "SSLV3_ALERT_CERTIFICATE_REVOKED": "the peer says that our certificate has been revoked",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": "the peer refuses our certificate without saying why",
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": "the peer refuses our certificate's purpose or kind of key",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "the peer refuses: no common cipher suite, or no client certificate",
    "SSLV3_ALERT_BAD_RECORD_MAC": "the peer received damaged bytes",
    "SSLV3_ALERT_ILLEGAL_PARAMETER": "the peer refuses a parameter of our handshake",
    "SSLV3_ALERT_UNEXPECTED_MESSAGE": "the peer finds our handshake out of order",
}


def describe_tls_failure(exception: BaseException) -> str:
    """Return why a handshake failed, in words, given the library's exception or one that came of it."""
    causes = list(_causes(exception))
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            return _describe_ssl_error(cause)
    for cause in causes:
        if isinstance(cause, TimeoutError) or type(cause).__name__ == "TooSlowError":
            return "the peer did not finish the handshake in time"
        if isinstance(cause, ConnectionError):
            return "the peer closed the connection during the handshake"
    return str(exception) or type(exception).__name__


def _causes(exception: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    cause: BaseException | None = exception
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _describe_ssl_error(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _describe_refusal(error)
    if isinstance(error, ssl.SSLZeroReturnError | ssl.SSLEOFError):
        return _REASONS["UNEXPECTED_EOF_WHILE_READING"]
    reason: str = getattr(error, "reason", None) or ""
    return _REASONS.get(reason) or _in_words(reason) or str(error)


def _describe_refusal(error: ssl.SSLCertVerificationError) -> str:
    code: int | None = getattr(error, "verify_code", None)
    words = _REFUSED_CERTIFICATES.get(code) if code is not None else None
    if words is not None:
        return f"the peer's certificate {words}"
    message: str = getattr(error, "verify_message", "") or str(error)
    return f"the peer's certificate is refused: {message}"


def _in_words(reason: str) -> str:
    return reason.replace("_", " ").lower()
