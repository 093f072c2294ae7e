"""The processor's vector registers, put back to rest.

ISA-L, which inflates and deflates for us, leaves the upper halves of vector registers in use. Intel's processors then run much
of other code at down to half its speed, regular expressions for one, until an instruction clears them. Python has no way to
that instruction but a library that ends with it, as SHA-512 in OpenSSL does; it takes half a microsecond.
"""

from hashlib import sha512


def rest() -> None:
    """Clear the upper halves of the vector registers: to be called after each call of ISA-L's."""
    sha512(b"").digest()
