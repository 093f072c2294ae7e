"""Subjects of certificates, as Java's X500Principal.getName("RFC2253") prints them.

The expected lines are what JDK 17 printed for these names.
"""

import pytest
from cryptography.hazmat.primitives import serialization

from logsmith.net.authority import make_ca
from logsmith.net.errors import TlsError
from logsmith.net.subject import peer_subject_rfc2253, print_name

# the inside of the name's DER sequence, in hexadecimal
NAMES = {
    "keywords, escaped commas, and numbers for what has no keyword": (
        (
            "310b3009060355040613024e4c31123010060355040a0c0941636d652c20496e63310c300a060355040b0c034f7073310e300c06"
            "035504030c057765622d313114301206092a864886f70d01090116056140622e63310b3009060355040513023737"
        ),
        r"2.5.4.5=#13023737,1.2.840.113549.1.9.1=#16056140622e63,CN=web-1,OU=Ops,O=Acme\, Inc,C=NL",
    ),
    "every special character": (
        "311b301906035504030c1220236122625c633c643e653b663d672b6820",
        r"CN=\ \#a\"b\\c\<d\>e\;f\=g\+h\ ",
    ),
    "the other keywords, UTF-8, spaces at the ends": (
        (
            "3117301506035504030c0e5a6fc3ab20e697a5e69cac2001783110300e06035504070c07202074776f2020310e300c0603550408"
            "0c05236c656164310a300806035504090c017331133011060a0992268993f22c64011916036f726731123010060a0992268993f2"
            "2c6401010c027531"
        ),
        "UID=u1,DC=org,STREET=s,ST=\\#lead,L=\\ \\ two\\ \\ ,CN=Zoë 日本 \x01x",
    ),
    "several attributes in one part": (
        "3125300806035504030c01623008060355040b0c0161300f060a0992268993f22c6401010c0175310b3009060355040c0c024472",
        "2.5.4.12=#0c024472,CN=b+OU=a+UID=u",
    ),
    "T61String read as UTF-8": ("310e300c06035504031405636166c3a9", "CN=café"),
    "T61String that is not UTF-8": ("310d300b06035504031404636166e9", "CN=caf\ufffd"),
    "BMPString, byte by byte": ("310f300d06035504031e060062006d0070", r"CN=\00b\00m\00p"),
    "UniversalString is no string to Java": ("310b300906035504031c022020", "CN=#1c022020"),
    "NumericString is none either": ("310a30080603550403120178", "CN=#120178"),
    "nor is VisibleString": ("310a300806035504031a0178", "CN=#1a0178"),
    "NUL inside": ("310c300a06035504030c03610062", r"CN=a\00b"),
    "only spaces": ("310b300906035504030c022020", r"CN=\ \ "),
    "carriage returns at the ends": ("310e300c06035504030c050d2078200d", "CN=\\\r\\ x\\ \\\r"),
    "numbers with large parts": ("310a300806038837010c016e", "2.999.1=#0c016e"),
    "no name at all": ("", ""),
}


@pytest.mark.parametrize(("der", "expected"), NAMES.values(), ids=NAMES.keys())
def test_name_is_printed_as_java_prints_it(der, expected):
    assert print_name(bytes.fromhex(der)) == expected


def test_subject_is_found_in_a_certificate():
    certificate = make_ca("intermediate", issuer=make_ca("Root, the")).certificate
    assert peer_subject_rfc2253(certificate.public_bytes(serialization.Encoding.DER)) == "CN=intermediate"


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 10, 50, 100])
def test_certificate_that_is_cut_off_is_refused(cut):
    der = make_ca().certificate.public_bytes(serialization.Encoding.DER)
    with pytest.raises(TlsError, match="not valid DER"):
        peer_subject_rfc2253(der[:cut])
