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
OpenSSL::Cipher.new('aes-256-cbc').name  # => "AES-256-CBC"
c = OpenSSL::Cipher.new('aes-256-cbc'); c.encrypt; c.key='k'*32; c.iv='i'*16; (c.update('hello')+c.final).unpack1('H*')  # => "691c9738822127306187e06d85f16cb7"
c = OpenSSL::Cipher.new('AES-128-CBC').encrypt; c.key='k'*16; c.iv='i'*16; e = c.update('hello')+c.final; d=OpenSSL::Cipher.new('AES-128-CBC').decrypt; d.key='k'*16; d.iv='i'*16; d.update(e)+d.final  # => "hello"
c = OpenSSL::Cipher::AES.new(128, :CBC); c.encrypt; c.key='k'*16; c.iv='i'*16; [c.update('x'*40)+c.final].pack('m0')  # => "yvBZLEHi+w74FGVPM0iZfA+FhSlW5wWmgVBMKZk0gWDfyzhjDwvKrzIOgJDrmP9v"
c = OpenSSL::Cipher.new('aes-256-gcm').encrypt; c.key='k'*32; c.iv='i'*12; c.auth_data='a'; e=c.update('hello')+c.final; [e.unpack1('H*'), c.auth_tag.unpack1('H*')]  # => ["b2e194185d", "66b9cb3d3982bda61674fd15c4a5adfa"]
c = OpenSSL::Cipher.new('aes-128-ecb').encrypt; c.key='k'*16; (c.update('hello')+c.final).unpack1('H*')  # => "93d7e8525ac5bf94231b9dd8b6658f56"
c = OpenSSL::Cipher.new('des-ede3-cbc').encrypt; c.key='k'*24; c.iv='i'*8; (c.update('hello')+c.final).unpack1('H*')  # => "b1bd21eefd870e95"
c = OpenSSL::Cipher.new('aes-256-cbc').encrypt; [c.key_len, c.iv_len, c.block_size]  # => [32, 16, 16]
OpenSSL::Cipher.new('aes-256-cbc').encrypt.random_iv.bytesize  # => 16
OpenSSL::Cipher.new('foo')  # => OpenSSL::Cipher::CipherError: unsupported cipher algorithm (FOO/CBC/PKCS5Padding)
c = OpenSSL::Cipher.new('aes-256-cbc').encrypt; c.key='short'  # => OpenSSL::Cipher::CipherError: key length too short
c = OpenSSL::Cipher.new('aes-256-cbc').encrypt; c.key='k'*32; c.iv='x'  # => OpenSSL::Cipher::CipherError: iv length too short
d=OpenSSL::Cipher.new('AES-128-CBC').decrypt; d.key='k'*16; d.iv='i'*16; d.update('x'*16)+d.final  # => OpenSSL::Cipher::CipherError: pad block corrupted
d=OpenSSL::Cipher.new('AES-128-CBC').decrypt; d.key='k'*16; d.iv='i'*16; d.update('x'*15)+d.final  # => OpenSSL::Cipher::CipherError: last block incomplete in decryption
c = OpenSSL::Cipher.new('aes-256-ctr').encrypt; c.key='k'*32; c.iv='i'*16; (c.update('hello')+c.final).unpack1('H*')  # => "72d44e8d6c"
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.padding=0; c.key='k'*16; c.iv='i'*16; (c.update('hello world 1234')+c.final).unpack1('H*')  # => "a097993d4ceac06e42f9e60e099a89cb"
OpenSSL::PKCS5.pbkdf2_hmac_sha1('pw','salt',1000,16).unpack1('H*')  # => "ba95848a9b5ce11f1b43d7d167d8413d"
OpenSSL::PKCS5.pbkdf2_hmac('pw','salt',1000,16,OpenSSL::Digest.new('SHA256')).unpack1('H*')  # => "0a38253555ce37f5c72a6b703f996814"
OpenSSL::KDF.pbkdf2_hmac('pw',salt:'salt',iterations:1000,length:16,hash:'SHA256').unpack1('H*')  # => "0a38253555ce37f5c72a6b703f996814"
OpenSSL::HMAC.hexdigest('SHA256','k','d')  # => "e7ea21c3bcb63a4da3ad78503168d36bdca0be622382ea60a108fad4e4966679"
OpenSSL::HMAC.hexdigest(OpenSSL::Digest.new('sha256'),'k','d')  # => "e7ea21c3bcb63a4da3ad78503168d36bdca0be622382ea60a108fad4e4966679"
OpenSSL::HMAC.hexdigest(OpenSSL::Digest::SHA1.new,'k','d')  # => "2b90e41e7c0cc8e2f75c02910c3899cc468ba316"
OpenSSL::HMAC.digest('MD5','k','d').unpack1('H*')  # => "7f330edb3a84f317f7ca433d6038ff9a"
OpenSSL::HMAC.base64digest('SHA256','k','d')  # => "5+ohw7y2Ok2jrXhQMWjTa9ygvmIjgupgoQj61OSWZnk="
h=OpenSSL::HMAC.new('k',OpenSSL::Digest.new('sha256')); h << 'd'; h.hexdigest  # => "e7ea21c3bcb63a4da3ad78503168d36bdca0be622382ea60a108fad4e4966679"
h=OpenSSL::HMAC.new('k','sha256'); h.update('d'); h.to_s  # => "e7ea21c3bcb63a4da3ad78503168d36bdca0be622382ea60a108fad4e4966679"
OpenSSL::HMAC.hexdigest('nope','k','d')  # => NotImplementedError: Unsupported MAC algorithm (HMAC[-]nope)
OpenSSL::Digest.new('sha256').hexdigest('x')  # => "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
OpenSSL::Digest.hexdigest('SHA256','x')  # => "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
OpenSSL::Digest::SHA256.digest('x').bytesize  # => 32
OpenSSL::Digest::MD5.new('x').to_s  # => "9dd4e461268c8034f5c8564e155c67a6"
OpenSSL::Digest.new('nope')  # => NotImplementedError: Unsupported digest algorithm (nope)
OpenSSL.fixed_length_secure_compare('abc','abc')  # => true
OpenSSL.secure_compare('abc','abd')  # => false
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.update('x')  # => OpenSSL::Cipher::CipherError: key not specified
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.key='k'*17  # => "kkkkkkkkkkkkkkkkk"
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.key='k'*16; c.iv='i'*17  # => "iiiiiiiiiiiiiiiii"
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.key='k'*16; c.update('')  # => ArgumentError: data must not be empty
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.key='k'*16; (c.update('x')+c.final).unpack1('H*')  # => "7996f23bf5f975a86a14671d558c3117"
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.padding=0; c.key='k'*16; c.update('x')+c.final  # => OpenSSL::Cipher::CipherError: data not block size aligned
c = OpenSSL::Cipher.new('aes-128-gcm').decrypt; c.key='k'*16; c.iv='i'*12; c.auth_tag='x'*16; c.update('abc')+c.final  # => OpenSSL::Cipher::CipherError: mac check in GCM failed
c = OpenSSL::Cipher.new('aes-128-gcm').encrypt; c.auth_tag  # => nil
OpenSSL::Cipher.new('aes-256-xyz')  # => OpenSSL::Cipher::CipherError: unsupported cipher algorithm (AES/XYZ/PKCS5Padding)
OpenSSL::Cipher.new('aes-128-cfb').iv_len  # => 16
OpenSSL::Cipher.new('rc4').name  # => "RC4"
OpenSSL::Cipher.new(nil)  # => OpenSSL::Cipher::CipherError: unsupported cipher algorithm (/CBC/PKCS5Padding)
OpenSSL::Cipher::AES256.new(:CBC).name  # => "AES-256-CBC"
OpenSSL::Cipher::AES256.new('CBC').name  # => "AES-256-CBC"
OpenSSL::Cipher::Cipher.new('aes-128-cbc').name  # => "AES-128-CBC"
OpenSSL::Cipher.ciphers.include?('AES-256-CBC')  # => true
c = OpenSSL::Cipher.new('aes-128-cbc').decrypt; c.key='k'*16; c.iv='i'*16; c.final  # => OpenSSL::Cipher::CipherError: last block incomplete in decryption
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.key=nil  # => OpenSSL::Cipher::CipherError: key length too short
c = OpenSSL::Cipher.new('aes-128-cbc'); c.key='k'*16; c.iv='i'*16; (c.update('x')+c.final).unpack1('H*')  # => "3377cfb4fc822b47d83fa935e88b7f74"
c = OpenSSL::Cipher.new('aes-128-ofb').encrypt; c.key='k'*16; c.iv='i'*16; (c.update('hello')+c.final).unpack1('H*')  # => "34d496938c"
c = OpenSSL::Cipher.new('aes-128-cfb').encrypt; c.key='k'*16; c.iv='i'*16; (c.update('hello')+c.final).unpack1('H*')  # => "34d496938c"
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.key='k'*16; c.iv='i'*16; a=c.update('x'*20); b=c.update('y'*20); [a.bytesize,b.bytesize,c.final.bytesize]  # => [16, 16, 16]
def enc(s,k) = (c=OpenSSL::Cipher.new('aes-256-cbc').encrypt; c.key=Digest::SHA256.digest(k); iv=c.random_iv; Base64.strict_encode64(iv+c.update(s)+c.final)); def decr(s,k) = (d=Base64.strict_decode64(s); c=OpenSSL::Cipher.new('aes-256-cbc').decrypt; c.key=Digest::SHA256.digest(k); c.iv=d[0,16]; (c.update(d[16..])+c.final).force_encoding('UTF-8')); decr(enc('héllo','pw'),'pw')  # => "héllo"
OpenSSL::Digest.new('SHA256').name  # => "SHA256"
OpenSSL::Digest.new('SHA256','x').hexdigest  # => "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
OpenSSL::Digest.new('SHA512').digest_length  # => 64
OpenSSL::HMAC.new('k','sha256').digest.bytesize  # => 32
OpenSSL.fixed_length_secure_compare('a','ab')  # => ArgumentError: inputs must be of equal length
c = OpenSSL::Cipher.new('aes-128-cbc').encrypt; c.key='k'*20; c.iv='i'*20; (c.update('x')+c.final).unpack1('H*')  # => "3377cfb4fc822b47d83fa935e88b7f74"
c = OpenSSL::Cipher.new('aes-256-gcm').encrypt; c.key='k'*32; c.iv='i'*12; c.auth_data=''; e=c.update('hello')+c.final; t=c.auth_tag; d=OpenSSL::Cipher.new('aes-256-gcm').decrypt; d.key='k'*32; d.iv='i'*12; d.auth_tag=t; d.auth_data=''; d.update(e)+d.final  # => "hello"
Marshal.load(Marshal.dump({a: [1]}))  # => {a: [1]}
h={a: {b: 1}}; c=Marshal.load(Marshal.dump(h)); c[:a][:b]=2; h  # => {a: {b: 1}}
Marshal.dump({a: [1]}).bytes  # => [4, 8, 123, 6, 58, 6, 97, 91, 6, 105, 6]
Marshal.load(Marshal.dump([Time.at(0).utc, 1.0, Float::INFINITY, -0.0, 1e100, Set[1]]))  # => [1970-01-01 00:00:00 UTC, 1.0, Infinity, -0.0, 1.0e+100, #<Set: {1}>]
Marshal.dump(proc {})  # => TypeError: no _dump_data is defined for class Proc
Marshal.load(nil)  # => TypeError: instance of IO needed
Marshal.load("")  # => ArgumentError: marshal data too short
a=["x"]; b=Marshal.load(Marshal.dump([a,a])); b[0].equal?(b[1])  # => true
x = Marshal.load(Marshal.dump({"a"=>[1,{b: 2.5}], "t"=>Date.new(2020,1,2), 1..3=>Set[1,2], nil=>true})); x  # => {"a" => [1, {b: 2.5}], "t" => #<Date: 2020-01-02 ((2458851j,0s,0n),+0s,2299161j)>, 1..3 => #<Set: {1, 2}>, nil => true}
s = Struct.new(:a); o = Class.new { attr_accessor :q }; MK = s; Marshal.load(Marshal.dump(MK.new([1]))).a  # => [1]
class MUO; attr_accessor :q; end; m = MUO.new; m.q = [1]; c = Marshal.load(Marshal.dump(m)); c.q << 2; [m.q, c.q]  # => [[1], [1, 2]]
Marshal.load(Marshal.dump(Hash.new(5)))[:zz]  # => 5
Marshal.dump(Hash.new { })  # => TypeError: can't dump hash with default proc
Marshal.load(Marshal.dump([2**40, -2**40, 2**100, 0, 122, 123, -123, -124, 65535, -65536, -256, -257, 2**30-1, 2**30, -2**30, -2**30-1]))  # => [1099511627776, -1099511627776, 1267650600228229401496703205376, 0, 122, 123, -123, -124, 65535, -65536, -256, -257, 1073741823, 1073741824, -1073741824, -1073741825]
[0, 122, 123, -123, -124, 65535, -65536, -256, -257, 2**30-1, 2**30, -2**30, -2**30-1].map { |x| Marshal.dump(x).bytes }  # => [[4, 8, 105, 0], [4, 8, 105, 127], [4, 8, 105, 1, 123], [4, 8, 105, 128], [4, 8, 105, 255, 132], [4, 8, 105, 2, 255, 255], [4, 8, 105, 254, 0, 0], [4, 8, 105, 255, 0], [4, 8, 105, 254, 255, 254], [4, 8, 105, 4, 255, 255, 255, 63], [4, 8, 108, 43, 7, 0, 0, 0, 64], [4, 8, 105, 252, 0, 0, 0, 192], [4, 8, 108, 45, 7, 1, 0, 0, 64]]
Marshal.load(Marshal.dump(["é", "x".b, "é".encode('ISO-8859-1'), "a".encode('US-ASCII'), :é])).map { |x| x.respond_to?(:encoding) ? x.encoding.to_s : x }  # => ["UTF-8", "ASCII-8BIT", "ISO-8859-1", "US-ASCII", "UTF-8"]
Marshal.load(Marshal.dump(Time.utc(2020,1,2,3,4,5.123456r))).inspect  # => "2020-01-02 03:04:05.123456 UTC"
Marshal.load(Marshal.dump(Time.new(2020,1,2,3,4,5,'+02:00'))).inspect  # => "2020-01-02 03:04:05 +0200"
Marshal.load(Marshal.dump(BigDecimal('1.25'))).to_s  # => "0.125e1"
Marshal.load(Marshal.dump(String))  # => String
Marshal.load(Marshal.dump(DateTime.new(2020,1,2,3,4,5))).to_s  # => "2020-01-02T03:04:05+00:00"
Marshal.load("\x04\x08[\x06")  # => ArgumentError: marshal data too short
Marshal.load("\x04\x08?")  # => ArgumentError: dump format error(?)
Marshal.load(12)  # => TypeError: instance of IO needed
Marshal.dump(Mutex.new)  # => TypeError: no _dump_data is defined for class Thread::Mutex
Marshal.dump($stdout)  # => TypeError: can't dump IO
Marshal.dump(Object.new).class  # => String
a = []; a << a; Marshal.load(Marshal.dump(a)).inspect  # => "[[...]]"
Marshal.load(Marshal.dump(1.1)) == 1.1  # => true
Marshal.dump([1.0, 1e100, 0.1, -0.0, 1e-5])  # => "\x04\b[\nf\x061f\v1e+100f\b0.1f\a-0f\n1e-05"
l = Logger.new(nil); l.info('x')  # => true
l = Logger.new(STDOUT); l.level = Logger::WARN; l.info('x')  # => true
l = Logger.new($stdout); l.level  # => 0
Logger::INFO  # => 1
Logger::WARN  # => 2
Logger::Severity::ERROR  # => 3
l = Logger.new(nil); [l.info("x"), l.warn("y"), l.error { "z" }, l.debug?, l.level, l.progname]  # => [true, true, true, true, 0, nil]
l = Logger.new($stderr); l.level = :error; [l.level, l.info?, l.error?]  # => [3, false, true]
l = Logger.new($stderr, level: Logger::INFO, progname: 'x'); [l.level, l.progname, l.debug?]  # => [1, "x", false]
l = Logger.new($stderr); l.formatter = proc { |s,t,p,m| "#{s} #{m}\n" }; l.info("q")  # => true
l = Logger.new($stderr); l.datetime_format = '%Y'; l.datetime_format  # => "%Y"
l = Logger.new($stderr); l << "raw"  # => 3
l = Logger.new($stderr); l.add(Logger::INFO, "m")  # => true
l = Logger.new($stderr); l.add(Logger::INFO) { "m" }  # => true
l = Logger.new($stderr); l.unknown("m"); l.fatal("m")  # => true
l = Logger.new($stderr); l.log(1, "x")  # => true
l = Logger.new($stderr); l.close  # => nil
l = Logger.new(StringIO.new); l.class  # => Logger
s = StringIO.new; l = Logger.new(s); l.info("hello"); s.string[/INFO.*hello/].nil?  # => false
s = StringIO.new; l = Logger.new(s); l.formatter = ->(sev, t, pn, msg) { "#{sev}|#{pn.inspect}|#{msg}\n" }; l.warn("w"); l.info("prog") { "m" }; s.string  # => "WARN|nil|w\nINFO|\"prog\"|m\n"
s = StringIO.new; l = Logger.new(s, level: :warn); l.info("i"); l.error("e"); s.string.lines.size  # => 1
s = StringIO.new; l = Logger.new(s); l.info(StandardError.new("x")); s.string.include?("x (StandardError)")  # => true
s = StringIO.new; l = Logger.new(s); l.info({a: 1}); s.string.end_with?("{a: 1}\n")  # => true
s = StringIO.new; l = Logger.new(s); l.info("x"); s.string.gsub(/\d+/,'0')  # => "I, [0-0-0T0:0:0.0 #0]  INFO -- : x\n"
Logger.new(nil).level = "foo"  # => ArgumentError: invalid log level: foo
Logger::Formatter.new.class  # => Logger::Formatter
Queue.new.tap { |q| q << 1; q.push(2) }.then { |q| [q.size, q.empty?, q.shift, q.pop(true), (q.pop(true) rescue $!.class), q.length, q.clear.class, q.closed?] }  # => [2, false, 1, 2, ThreadError, 0, Thread::Queue, false]
q = Queue.new([1,2]); q.close; [q.pop, q.pop, q.pop, q.num_waiting]  # => [1, 2, nil, 0]
SizedQueue.new(2).max  # => 2
Thread::Queue.equal?(Queue)  # => true
Thread.current.class  # => Thread
Thread.current[:zq] = 5; Thread.current[:zq]  # => 5
Thread.current.thread_variable_set(:a, 1); Thread.current.thread_variable_get(:a)  # => 1
Thread.current.key?(:nope)  # => false
Thread.current.name.class  # => NilClass
Thread.current.alive?  # => true
Thread.main.class  # => Thread
Thread.pass  # => nil
m = Monitor.new; m.synchronize { m.synchronize { 1 } }  # => 1
m = Monitor.new; m.enter; m.exit; m.try_enter  # => true
m = Mutex.new; m.lock; m.lock  # => ThreadError: deadlock; recursive locking
m = Mutex.new; m.unlock  # => ThreadError: Mutex is not locked
m = Mutex.new; [m.try_lock, m.try_lock, m.owned?]  # => [true, false, true]
require 'monitor'; class Mon; include MonitorMixin; def x; synchronize { 1 }; end; end; Mon.new.x  # => 1
[Mutex.new.class, Mutex, Monitor.new.class, Queue, (Thread.current.inspect.class)]  # => [Thread::Mutex, Thread::Mutex, Monitor, Thread::Queue, String]
x=1; ERB.new("a <%= x %> b").result(binding)  # => "a 1 b"
x=[1,2]; ERB.new("<% x.each do |i| %>i=<%= i %>\n<% end %>", trim_mode: '<>').result(binding)  # => "i=1i=2"
x=[1,2]; ERB.new("<% x.each do |i| -%>\ni=<%= i %>\n<% end -%>\n", trim_mode: '-').result(binding)  # => "i=1\ni=2\n"
ERB.new("hi <%= name %>!").result_with_hash(name: 'bob')  # => "hi bob!"
ERB::Util.html_escape("<a & 'b' \"c\">")  # => "&lt;a &amp; &#39;b&#39; &quot;c&quot;&gt;"
ERB::Util.url_encode("a b&c/é~")  # => "a%20b%26c%2F%C3%A9~"
ERB.new("x<%# c %>y<%% z").result  # => "xy<% z"
ERB.new("<%= 1 + 1 %>").result  # => "2"
ERB.new("<% 3.times do |i| %><%= i %>,<% end %>").result  # => "0,1,2,"
ERB.new("a\n<% if true %>\nb\n<% end %>\nc\n", trim_mode: '-').result  # => "a\n\nb\n\nc\n"
ERB.new("a\n<% if true %>\nb\n<% end %>\nc\n", trim_mode: '<>').result  # => "a\nb\nc\n"
ERB.new("a\n<% if true %>\nb\n<% end %>\nc\n", trim_mode: '>').result  # => "a\nb\nc\n"
ERB.new("% 2.times do\nx\n% end\n", trim_mode: '%').result  # => "x\nx\n"
x = {"n"=>"bob"}; ERB.new("Hi <%= x['n'] %> <%= x.size -%>\n!", trim_mode: '-').result(binding)  # => "Hi bob 1!"
@iv = 5; ERB.new("<%= @iv %>").result(binding)  # => "5"
ERB.new("<%= nope %>").result  # => NameError: undefined local variable or method 'nope' for main
x=1; binding.local_variable_get(:x)  # => 1
x=1; binding.local_variable_defined?(:x)  # => true
x = {"a" => ["b"]}; y = LogStash::Util.deep_clone(x); y["a"][0] << "!"; [x, y]  # => [{"a" => ["b"]}, {"a" => ["b!"]}]
LogStash::Util.hash_merge({"a" => 1, "h" => {"x" => 1}, "l" => [1], "s" => 2}, {"a" => 2, "h" => {"y" => 2}, "l" => [1, 3], "s" => 2, "n" => 0})  # => {"a" => [1, 2], "h" => {"x" => 1, "y" => 2}, "l" => [1, 3], "s" => 2, "n" => 0}
LogStash::Util.stringify_symbols({a: [:b, {c: 1}], "d" => nil})  # => {"a" => ["b", {"c" => 1}], "d" => nil}
ERB.new("<%= a %>").result_with_hash({"self" => 1, "a b" => 2, a: 3})  # => "3"
ERB.new("<%= a %>").result_with_hash(5)  # => TypeError: no implicit conversion of Integer into Hash
def twice(n) = n * 2; def one = 1; ERB.new("<%= twice(one) %>").result(binding)  # => "2"
ENV.instance_variables  # => []
ENV.instance_eval { @PATH }  # => nil
Marshal.load("\x04\b[\xfa")  # => ArgumentError: negative argument
Marshal.load("\x04\b;\xfa")  # => TypeError: bad symbol
Marshal.load("\x04\b@\xfa")  # => ArgumentError: dump format error (unlinked, index: -1)
Marshal.load("\x04\bU:\x0aRange[\x06i\x06")  # => ArgumentError: dump format error
Marshal.load("\x04\bU:\x0fBigDecimal[\x06\"\x08abc")  # => ArgumentError: dump format error
Marshal.load("\x04\bU:\x0fBigDecimal[\x06i\x06")  # => ArgumentError: dump format error
Marshal.load("\x04\bI\"\x06a\x06:\x0dencoding\"\x08foo")  # => ArgumentError: dump format error
["md5", "sha-256"].map { |one| OpenSSL::Digest.new(one).name }  # => ["md5", "sha-256"]
OpenSSL::Random.random_bytes(-1)  # => ArgumentError: negative string size (or size too big) -1
OpenSSL::KDF.pbkdf2_hmac("a", salt: "b", iterations: 1)  # => ArgumentError: missing keywords: :length, :hash
OpenSSL::Cipher.new("aes-128-gcm").iv_len = -1  # => OpenSSL::Cipher::CipherError: -1
c = OpenSSL::Cipher.new("aes-128-gcm").decrypt; c.key = "k"*16; c.iv = "a"*12; c.auth_tag = "a"; c.update("abc")  # => OpenSSL::Cipher::CipherError: data too short
OpenSSL::Cipher.ciphers.each { |n| c = OpenSSL::Cipher.new(n).encrypt; c.random_key; c.update("a") }.size  # => 26
d = OpenSSL::HMAC.new("k", "SHA1"); e = d.dup; e << "b"; d.to_s == OpenSSL::HMAC.hexdigest("SHA1", "k", "")  # => true
d = Digest::MD5.new << "a"; e = d.dup; e << "b"; [d, e].map { |one| one.hexdigest[0, 4] }  # => ["0cc1", "187e"]
s = StringIO.new; l = Logger.new(s); l.level = -100; [-1, -50, 7].each { |n| l.add(n, "x") }; s.string.scan(/(\w+) --/)  # => [["ANY"], ["ANY"], ["ANY"]]
logger.info("x", {"self" => 1, "message" => 2})  # => true
raise LogStash::ConfigurationError, "no key"  # => LogStash::ConfigurationError: no key
LogStash::ConfigurationError.ancestors.include?(StandardError)  # => true
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_modules_answer_as_ruby_does(source, expected):
    assert answer(source) == expected
