"""Digest, Base64, URI, CGI, Math, Zlib, CSV and their kin."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
2**80  # => 1208925819614629174706176
Digest::MD5.hexdigest("a")  # => "0cc175b9c0f1b6a831c399e269772661"
Digest::SHA1.hexdigest("é")  # => "bf15be717ac1b080b4f1c456692825891ff5073d"
Digest::SHA256.hexdigest("")  # => "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
Digest::SHA512.hexdigest("a").size  # => 128
Digest::SHA384.hexdigest("a").size  # => 96
Digest::MD5.digest("a")  # => "\f\xC1u\xB9\xC0\xF1\xB6\xA81\xC3\x99\xE2iw&a"
Digest::MD5.base64digest("a")  # => "DMF1ucDxtqgxw5niaXcmYQ=="
Digest::SHA256.new.update("a").update("b").hexdigest  # => "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"
(Digest::SHA256.new << "ab").to_s  # => "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603"
Digest::MD5.hexdigest(nil)  # => TypeError: no implicit conversion of nil into String
Digest::MD5.hexdigest(1)  # => TypeError: no implicit conversion of Integer into String
Digest::SHA256.hexdigest("a")[0,8]  # => "ca978112"
Digest::MD5.new.hexdigest  # => "d41d8cd98f00b204e9800998ecf8427e"
Digest::SHA256.new.digest_length  # => 32
Digest::SHA2.new(256).hexdigest("a")  # => "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
Digest::SHA256.digest("a").encoding.to_s  # => "ASCII-8BIT"
Digest::SHA256.hexdigest(:a)  # => TypeError: no implicit conversion of Symbol into String
OpenSSL::HMAC.hexdigest("SHA256","k","d")  # => "e7ea21c3bcb63a4da3ad78503168d36bdca0be622382ea60a108fad4e4966679"
OpenSSL::HMAC.digest("SHA1","k","d")  # => "+\x90\xE4\x1E|\f\xC8\xE2\xF7\\\x02\x91\f8\x99\xCCF\x8B\xA3\x16"
OpenSSL::Digest::SHA256.hexdigest("a")  # => "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
Base64.encode64("a"*60)  # => "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh\nYWFhYWFhYWFhYWFhYWFh\n"
Base64.strict_encode64("a"*60)  # => "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"
Base64.urlsafe_encode64("\xff\xfe")  # => "__4="
Base64.urlsafe_encode64("a", padding: false)  # => "YQ"
Base64.decode64("aGVsbG8=")  # => "hello"
Base64.decode64("aGVs bG8")  # => "hello"
Base64.decode64("!!!")  # => ""
Base64.decode64("YQ==YQ==")  # => "a"
Base64.strict_decode64("aGVsbG8")  # => ArgumentError: invalid base64
Base64.strict_decode64("aGVsbG8=")  # => "hello"
Base64.urlsafe_decode64("__4")  # => "\xFF\xFE"
Base64.urlsafe_decode64("__4=")  # => "\xFF\xFE"
Base64.decode64("w6k=").force_encoding("UTF-8")  # => "é"
Base64.encode64("")  # => ""
Base64.encode64("é")  # => "w6k=\n"
Base64.encode64(nil)  # => TypeError: no implicit conversion of nil into String
Base64.decode64(nil)  # => NoMethodError: undefined method 'unpack1' for nil
URI.parse("http://user:pw@example.com:8080/a/b?x=1&y=2#frag").then { |u| [u.scheme,u.userinfo,u.user,u.password,u.host,u.port,u.path,u.query,u.fragment,u.to_s] }  # => ["http", "user:pw", "user", "pw", "example.com", 8080, "/a/b", "x=1&y=2", "frag", "http://user:pw@example.com:8080/a/b?x=1&y=2#frag"]
URI.parse("https://example.com").then { |u| [u.scheme,u.host,u.port,u.path,u.query,u.class,u.request_uri] }  # => ["https", "example.com", 443, "", nil, URI::HTTPS, "/"]
URI.parse("/a/b?x").then { |u| [u.scheme,u.host,u.port,u.path,u.query,u.class] }  # => [nil, nil, nil, "/a/b", "x", URI::Generic]
URI.parse("mailto:a@b.c").then { |u| [u.scheme,u.host,u.path,u.opaque,u.to,u.class] }  # => ["mailto", nil, nil, "a@b.c", "a@b.c", URI::MailTo]
URI.parse("http://[::1]:80/").then { |u| [u.host,u.hostname,u.port] }  # => ["[::1]", "::1", 80]
URI.parse("ftp://h/a").then { |u| [u.port,u.path] }  # => [21, "a"]
URI.parse("http://a b/")  # => URI::InvalidURIError: bad URI (is not URI?): "http://a b/"
URI.parse("http://é.com/")  # => URI::InvalidURIError: URI must be ascii only "http://\u00E9.com/"
URI.parse("")  .then { |u| [u.class,u.path,u.host] }  # => [URI::Generic, "", nil]
URI.parse(nil)  # => URI::InvalidURIError: bad URI (is not URI?): nil
URI("http://a.b/c").host  # => "a.b"
URI("x y") rescue $!.message  # => "bad URI (is not URI?): \"x y\""
URI.parse("foo://h:1/p").then { |u| [u.class,u.port,u.host] }  # => [URI::Generic, 1, "h"]
URI.parse("http://example.com/a%20b?q=%C3%A9").then { |u| [u.path,u.query] }  # => ["/a%20b", "q=%C3%A9"]
URI.parse("urn:isbn:1").then { |u| [u.opaque,u.path] }  # => ["isbn:1", nil]
URI.parse("HTTP://EXAMPLE.com/").then { |u| [u.scheme, u.host, u.to_s] }  # => ["http", "EXAMPLE.com", "http://EXAMPLE.com/"]
URI.parse("http://h").inspect  # => "#<URI::HTTP http://h>"
URI.decode_www_form("a=1&b=%20x+y&c")  # => [["a", "1"], ["b", " x y"], ["c", ""]]
URI.decode_www_form_component("a%20b+c%C3%A9")  # => "a b cé"
URI.decode_www_form_component("%zz")  # => ArgumentError: invalid %-encoding (%zz)
URI.encode_www_form_component("a b&é/~*-._")  # => "a+b%26%C3%A9%2F%7E*-._"
URI.encode_www_form({a: 1, "b c"=>["x","y"], d: nil})  # => "a=1&b+c=x&b+c=y&d"
URI.encode_www_form([["a","1"]])  # => "a=1"
URI.encode_uri_component("a b/é")  # => "a%20b%2F%C3%A9"
URI.decode_uri_component("a%20b+")  # => "a b+"
URI.decode_www_form("a=1;b=2")  # => [["a", "1;b=2"]]
URI.join("http://a/b/c","d").to_s  # => "http://a/b/d"
URI.extract("see http://a.b/c and x") rescue $!.class  # => ["http://a.b/c"]
URI.escape("a b") rescue $!.class  # => NoMethodError
URI::InvalidURIError.superclass  # => URI::Error
URI.parse("http://a.com/") == URI.parse("http://a.com/")  # => true
URI.parse("http://a.com").absolute?  # => true
URI.parse("http://a.com:80").to_s  # => "http://a.com"
CGI.escape("a b&é/~*-._")  # => "a+b%26%C3%A9%2F~%2A-._"
CGI.unescape("a+b%20c%C3%A9")  # => "a b cé"
CGI.escapeHTML("<a href='x'>\"&")  # => "&lt;a href=&#39;x&#39;&gt;&quot;&amp;"
CGI.unescapeHTML("&lt;&gt;&amp;&quot;&#39;&#x41;&nbsp;&apos;&#xzz;&#99999999;&AMP;&#233;")  # => "<>&\"'A&nbsp;'&#xzz;&#99999999;&AMP;é"
CGI.parse("a=1&b=2&a=3")  # => {"a" => ["1", "3"], "b" => ["2"]}
CGI.escapeURIComponent("a b")  # => "a%20b"
CGI.unescapeURIComponent("a+b%20")  # => "a+b "
ERB::Util.url_encode("a b&é/~*-._")  # => "a%20b%26%C3%A9%2F~%2A-._"
ERB::Util.html_escape("<a'>")  # => "&lt;a&#39;&gt;"
ERB::Util.u("a b")  # => "a%20b"
Math.sqrt(2)  # => 1.4142135623730951
Math.sqrt(-1)  # => Math::DomainError: Numerical argument is out of domain - "sqrt"
Math.sqrt("a")  # => TypeError: can't convert String into Float
Math.sqrt(nil)  # => TypeError: can't convert nil into Float
Math.log(0)  # => -Infinity
Math.log(-1)  # => Math::DomainError: Numerical argument is out of domain - "log"
Math.log(8,2)  # => 3.0
Math.log2(8)  # => 3.0
Math.log10(1000)  # => 3.0
Math.log("a")  # => TypeError: can't convert String into Float
Math.sin(1)  # => 0.8414709848078965
Math.atan2(1,2)  # => 0.4636476090008061
Math.hypot(3,4)  # => 5.0
Math.cbrt(27)  # => 3.0
Math::PI  # => 3.141592653589793
Math.pow(1,2)  # => NoMethodError: undefined method 'pow' for module Math
Math.floor(1)  # => NoMethodError: undefined method 'floor' for module Math
Math.log(2**2000)  # => 1386.2943611198907
Math.acos(2)  # => Math::DomainError: Numerical argument is out of domain - "acos"
Math.gamma(5)  # => 24.0
Math.erf(1)  # => 0.8427007929497149
Math.tanh(1)  # => 0.7615941559557649
Zlib.crc32("hello")  # => 907060870
Zlib.crc32  # => 0
Zlib.adler32("hello")  # => 103547413
Zlib::Inflate.inflate(Zlib::Deflate.deflate("x"))  # => "x"
Zlib.inflate(Zlib.deflate("x"))  # => "x"
Zlib.gunzip(Zlib.gzip("hello"))  # => "hello"
Zlib.inflate("bad")  # => Zlib::DataError: incorrect header check
Zlib.gunzip("bad")  # => Zlib::GzipFile::Error: not in gzip format
Process.clock_gettime(Process::CLOCK_MONOTONIC).class  # => Float
Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond).class  # => Integer
Process.pid.class  # => Integer
ENV["PATH_X"]  # => nil
ENV.fetch("NOPE_X")  # => KeyError: key not found: "NOPE_X"
ENV.fetch("NOPE_X", "d")  # => "d"
ENV.to_h.class  # => Hash
CSV.parse_line("1;\"a;b\";;x", col_sep: ";")  # => ["1", "a;b", nil, "x"]
CSV.parse_line("")  # => nil
CSV.parse_line("\"open")  # => CSV::MalformedCSVError: Unclosed quoted field in line 1.
CSV.parse("a,b\n1,2\n")  # => [["a", "b"], ["1", "2"]]
CSV.parse("a,b\n1,2\n", headers: true).map(&:to_h)  # => [{"a" => "1", "b" => "2"}]
["a",nil,"b;c","d\"e"].to_csv(col_sep: ";")  # => "a;;\"b;c\";\"d\"\"e\"\n"
CSV.generate_line(["a",nil,"b,c"," d",1,1.5,"x\ny",""])  # => "a,,\"b,c\", d,1,1.5,\"x\ny\",\"\"\n"
CSV.parse_line("a,\"b\"\"c\",d")  # => ["a", "b\"c", "d"]
CSV.parse_line("a,b\"c")  # => CSV::MalformedCSVError: Illegal quoting in line 1.
CSV.parse_line("a, \"b\"")  # => CSV::MalformedCSVError: Illegal quoting in line 1.
CSV.parse_line("a,'b,c'", quote_char: "'")  # => ["a", "b,c"]
CSV.parse_line("1,2", converters: :numeric)  # => [1, 2]
CSV.parse_line("1,2", headers: ["x","y"])&.to_h  # => {"x" => "1", "y" => "2"}
CSV.parse_line("a,b\r\n")  # => ["a", "b"]
"a,b".parse_csv  # => ["a", "b"]
CSV::MalformedCSVError.superclass  # => RuntimeError
CSV.generate { |c| c << [1,2]; c << ["a"] }  # => "1,2\na\n"
CSV.generate_line([1,2], force_quotes: true)  # => "\"1\",\"2\"\n"
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_modules_answer_as_ruby_does(source, expected):
    assert answer(source) == expected
