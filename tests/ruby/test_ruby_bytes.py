"""Strings as bytes: encodings, invalid ones, unpack."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
"abc".unpack("b*")  # => ["100001100100011011000110"]
["a", 1].pack("aC")  # => "a\x01"
"\u00e9".unpack("C*")  # => [195, 169]
"\u00e9".unpack("U*")  # => [233]
"test".unpack("H*").first  # => "74657374"
"dGVzdA==".unpack1("m")  # => "test"
"dGVzdA".unpack1("m")  # => "test"
["", "\xff".b, "\x00", "~", "z~"].map(&:succ)  # => ["", "\x01\x00", "\u0001", "\u007F", "aa~"]
"héllo".byteindex("l")  # => 3
"héllo".byteslice(1, 2)  # => "é"
"héllo".byteslice(1)  # => "\xC3"
"héllo".bytesize  # => 6
"héllo".getbyte(1)  # => 195
"héa".each_byte.to_a  # => [104, 195, 169, 97]
"abc".unpack("C*")  # => [97, 98, 99]
"abc".encoding  # => #<Encoding:UTF-8>
"abc".force_encoding("BINARY").encoding  # => #<Encoding:BINARY (ASCII-8BIT)>
"abc".force_encoding("nope")  # => ArgumentError: unknown encoding name - nope
"abc".b.encoding  # => #<Encoding:BINARY (ASCII-8BIT)>
"\xff".valid_encoding?  # => false
"a\xffb".scrub  # => "a�b"
"a\xffb".scrub("?")  # => "a?b"
"a\xffb".scrub { |b| b.inspect }  # => "a\"\\xFF\"b"
"a\xff\xfeb\xe3\x81".scrub("?")  # => "a??b?"
"é".encode("ISO-8859-1").bytes  # => [233]
"あ".encode("ISO-8859-1")  # => Encoding::UndefinedConversionError: U+3042 from UTF-8 to ISO-8859-1
"あ".encode("ISO-8859-1", undef: :replace)  # => "?"
"あ".encode("ISO-8859-1", undef: :replace, replace: "x")  # => "x"
"a\xff".encode("UTF-16LE")  # => Encoding::InvalidByteSequenceError: "\xFF" on UTF-8
"a\xff".encode("UTF-8")  # => "a\xFF"
"a\xff".encode("UTF-8", invalid: :replace)  # => "a�"
"a\xff".encode("UTF-16LE", invalid: :replace).bytes  # => [97, 0, 253, 255]
"a\xff".b.encode("UTF-8")  # => Encoding::UndefinedConversionError: "\xFF" from ASCII-8BIT to UTF-8
"a\xff".b.encode("UTF-8", invalid: :replace, undef: :replace, replace: "")  # => "a"
"a\xe9".force_encoding("ISO-8859-1").encode("UTF-8")  # => "aé"
"a\xe9".encode("UTF-8", "ISO-8859-1")  # => "aé"
"a\x80".encode("UTF-8", "Windows-1252")  # => "a€"
"é".encode("US-ASCII", fallback: {"é" => "e"})  # => "e"
"é".encode("US-ASCII")  # => Encoding::UndefinedConversionError: U+00E9 from UTF-8 to US-ASCII
"<a&\"b\">".encode(xml: :text)  # => "&lt;a&amp;\"b\"&gt;"
"<a&\"b\">".encode(xml: :attr)  # => "\"&lt;a&amp;&quot;b&quot;&gt;\""
"a\r\nb".encode(universal_newline: true)  # => "a\nb"
"abc".encode("nope")  # => Encoding::ConverterNotFoundError: code converter not found (UTF-8 to nope)
"é" + "\xff".b  # => Encoding::CompatibilityError: incompatible character encodings: UTF-8 and ASCII-8BIT
"a" + "\xff".b  # => "a\xFF"
"é".b + "é"  # => Encoding::CompatibilityError: incompatible character encodings: ASCII-8BIT and UTF-8
"é".b == "é"  # => false
"é".b.length  # => 2
("a".b << "é").encoding  # => #<Encoding:UTF-8>
"abc".unpack1("a2")  # => "ab"
"abc".setbyte(0, 65)  # => 65
"abc".bytes  # => [97, 98, 99]
"abc".unpack("C2")  # => [97, 98]
"\x01\x02\x03\x04".unpack("n*")  # => [258, 772]
"\x01\x02\x03\x04".unpack("N")  # => [16909060]
"\x01\x02\x03\x04".unpack("v*")  # => [513, 1027]
"\x01\x02\x03\x04".unpack("V")  # => [67305985]
"\x01\x02\x03\x04".unpack("L>")  # => [16909060]
"\x01\x02\x03\x04\x05\x06\x07\x08".unpack1("Q>")  # => 72623859790382856
"\xff\xff".unpack("s")  # => [-1]
"abc  ".unpack("A5")  # => ["abc"]
"abc \0\0".unpack("A*")  # => ["abc"]
"abc\0def".unpack("Z*Z*")  # => ["abc", "def"]
"abc\0def".unpack("a5")  # => ["abc\x00d"]
"\xAB\xCD".unpack("H*")  # => ["abcd"]
"\xAB\xCD".unpack("h*")  # => ["badc"]
"\xAB\xCD".unpack("B*")  # => ["1010101111001101"]
"\xAB\xCD".unpack("b*")  # => ["1101010110110011"]
"\xAB".unpack("B4")  # => ["1010"]
"\xAB\xCD".unpack("H3")  # => ["abc"]
"YWJj\n".unpack("m")  # => ["abc"]
"YWJj".unpack1("m0")  # => "abc"
"YW!j".unpack1("m0")  # => ArgumentError: invalid base64
"héé".unpack("U*")  # => [104, 233, 233]
"abc".unpack("x1a1")  # => ["b"]
"abc".unpack("a1x5")  # => ArgumentError: in 'unpack': x outside of string
"\x00\x00\x80\x3f".unpack("e")  # => [1.0]
"\x3f\x80\x00\x00".unpack("g")  # => [1.0]
"ab".unpack("N")  # => [nil]
"ab".unpack("C5")  # => [97, 98, nil, nil, nil]
"=41=42".unpack("M")  # => ["AB"]
"abc".unpack("y")  # => ArgumentError: unknown unpack directive 'y' in 'y'
"\x81\x00".unpack("w")  # => [128]
"192.168.1.1".split(".").map(&:to_i).pack("C4").unpack1("N")  # => 3232235777
["abc"].pack("m").chomp  # => "YWJj"
["616263"].pack("H*")  # => "abc"
"abc".unpack("@1a")  # => ["b"]
"\x01\x02\x03".unpack("C*").sum  # => 6
"a.b.c".rpartition(".").last  # => "c"
"caf\u00e9".encode("ISO-8859-1").force_encoding("BINARY").inspect  # => "\"caf\\xE9\""
"caf\xe9".force_encoding("ISO-8859-1").inspect  # => "\"caf\\xE9\""
"caf\xe9".b.inspect  # => "\"caf\\xE9\""
"abc".encode("UTF-16").bytes  # => [254, 255, 0, 97, 0, 98, 0, 99]
"abc".encode("UTF-16LE").inspect  # => "\"abc\""
"é".encode("UTF-16BE").bytesize  # => 2
"é".b.force_encoding("UTF-8") == "é"  # => true
"é".force_encoding("ASCII-8BIT").length  # => 2
"\u3042".encode("Shift_JIS").bytes  # => [130, 160]
"\u3042".encode("EUC-JP").inspect  # => "\"\\x{A4A2}\""
"a\x80b".force_encoding("Windows-1252").encode("UTF-8")  # => "a€b"
"\xE9t\xE9".force_encoding("ISO-8859-1").encode("UTF-8", invalid: :replace, undef: :replace)  # => "été"
"a\u{1F600}b".encode("US-ASCII", undef: :replace)  # => "a?b"
"a\u{1F600}b".encode("US-ASCII", undef: :replace, replace: "")  # => "ab"
"a\u{1F600}b".encode("US-ASCII", invalid: :replace, undef: :replace, replace: "?")  # => "a?b"
"a\u{1F600}b".encode("ASCII", "UTF-8", undef: :replace)  # => "a?b"
"é".encode("ASCII", xml: :text)  # => "&#xE9;"
"é<".encode("ASCII", xml: :attr)  # => "\"&#xE9;&lt;\""
"abc\xff".force_encoding("UTF-8").valid_encoding? ? 1 : "abc\xff".scrub("")  # => "abc"
"\xff\xfe".scrub { |b| "<#{b.unpack1('H*')}>" }  # => "<ff><fe>"
"abc\xff" =~ /c/  # => ArgumentError: invalid byte sequence in UTF-8
"abc\xff".split("b")  # => ArgumentError: invalid byte sequence in UTF-8
"abc\xff".upcase  # => ArgumentError: input string invalid
"abc\xff".inspect  # => "\"abc\\xFF\""
"\xE3\x81".inspect  # => "\"\\xE3\\x81\""
"abc\xff" + "é"  # => "abc\xFFé"
"é" + "\xff"  # => "é\xFF"
("é" + "\xff").valid_encoding?  # => false
"é\xff".length  # => 2
"é\xff".bytes  # => [195, 169, 255]
"é\xff"[1]  # => "\xFF"
"é\xff".reverse.bytes  # => [255, 195, 169]
"a\xffb".gsub(/b/, "x")  # => ArgumentError: invalid byte sequence in UTF-8
"a\xffb" == "a\xffb".b  # => false
"ab" == "ab".b  # => true
"abc".hash == "abc".b.hash  # => true
{"abc" => 1}["abc".b]  # => 1
"\xff".dump  # => "\"\\xFF\""
"x".encoding.to_s  # => "UTF-8"
"x".encoding.name  # => "UTF-8"
"x".force_encoding(Encoding::BINARY).encoding  # => #<Encoding:BINARY (ASCII-8BIT)>
"a\xffb".tr("a", "b")  # => ArgumentError: invalid byte sequence in UTF-8
"a\xffb".squeeze  # => ArgumentError: invalid byte sequence in UTF-8
"a\xffb".count("a")  # => ArgumentError: invalid byte sequence in UTF-8
"a\xffb".delete("a")  # => ArgumentError: invalid byte sequence in UTF-8
" a\xff ".lstrip  # => "a\xFF "
"a\xff".downcase  # => ArgumentError: input string invalid
"a\xff".capitalize  # => ArgumentError: input string invalid
"a\xff".swapcase  # => ArgumentError: input string invalid
"a\xff".chomp  # => "a\xFF"
"a\xff".reverse  # => "\xFFa"
"a\xff".index("a")  # => 0
"a\xff".index(/a/)  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".include?("a")  # => true
"a\xff".start_with?("a")  # => true
"a\xff".start_with?(/a/)  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".match?(/a/)  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".match(/a/)  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".scan(/a/)  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".sub("a", "b")  # => "b\xFF"
"a\xff".gsub("a", "b")  # => "b\xFF"
"a\xff".split  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".split(" ")  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".split(/,/)  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".split(",")  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".split("")  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".partition("a")  # => ["", "a", "\xFF"]
"a\xff".partition(/a/)  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".rpartition("a")  # => ["", "a", "\xFF"]
"a\xff"[/a/]  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".chars  # => ["a", "\xFF"]
"a\xff".each_char.to_a  # => ["a", "\xFF"]
"a\xff".to_i  # => 0
"a\xff".center(10)  # => "    a\xFF    "
"a\xff".lines  # => ["a\xFF"]
"a\xff".casecmp("a")  # => 1
"a\xff".ord  # => 97
"\xff".ord  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".unicode_normalize  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".succ  # => "b\xFF"
"a\xff" % []  # => "a\xFF"
"%s" % "a\xff"  # => "a\xFF"
"a\xff".tr_s("a", "b")  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".hex  # => 10
"a\xff".insert(1, "x")  # => "ax\xFF"
"a\xff" == "a\xff"  # => true
/a/ === "a\xff"  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff" !~ /a/  # => ArgumentError: invalid byte sequence in UTF-8
"a\xff".delete_prefix("a")  # => "\xFF"
"a\xff".eql?("a\xff")  # => true
case "a\xff" when /a/ then 1 end  # => ArgumentError: invalid byte sequence in UTF-8
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_sees_bytes_as_ruby_does(source, expected):
    assert answer(source) == expected
