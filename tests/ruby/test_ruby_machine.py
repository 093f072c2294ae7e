"""What no table of real answers can hold: addresses, exact decimals, random numbers, the environment, the clock, limits."""

import zlib

import pytest

from logsmith.ruby.modules.system import Environment
from tests.ruby.ruby_answers import answer, cases

ADDRESSES = r"""
IPAddr.new("10.1.2.3").then { |ip| [ip.ipv4?, ip.ipv6?, ip.to_s, ip.to_i] }  # => [true, false, "10.1.2.3", 167838211]
IPAddr.new("10.1.2.3").then { |ip| [ip.private?, ip.loopback?, ip.mask(16).to_s] }  # => [true, false, "10.1.0.0"]
IPAddr.new("10.0.0.0/8").include?(IPAddr.new("10.1.2.3"))  # => true
IPAddr.new("10.0.0.0/8").include?("11.1.2.3")  # => false
IPAddr.new("10.0.0.0/8") === "10.9.9.9"  # => true
IPAddr.new("10.0.0.0/8").include?("::1")  # => false
IPAddr.new("192.168.2.17/255.255.255.0").to_s  # => "192.168.2.0"
IPAddr.new("192.168.2.17/24").prefix  # => 24
IPAddr.new("192.168.2.17/24").to_range.first.to_s  # => "192.168.2.0"
IPAddr.new("192.168.2.17/24").to_range.last.to_s  # => "192.168.2.255"
IPAddr.new("172.20.0.1").private?  # => true
IPAddr.new("8.8.8.8").private?  # => false
IPAddr.new("fd00::1").private?  # => true
IPAddr.new("::1").loopback?  # => true
IPAddr.new("fe80::1%eth0").link_local?  # => true
IPAddr.new("2001:db8::1").to_string  # => "2001:0db8:0000:0000:0000:0000:0000:0001"
IPAddr.new("2001:DB8:0::1").to_s  # => "2001:db8::1"
IPAddr.new("::ffff:1.2.3.4").native.to_s  # => "1.2.3.4"
IPAddr.new("1.2.3.4").reverse  # => "4.3.2.1.in-addr.arpa"
IPAddr.new("10.1.2.3").inspect  # => "#<IPAddr: IPv4:10.1.2.3/255.255.255.255>"
IPAddr.new("10.0.0.1") < IPAddr.new("10.0.0.2")  # => true
a = "10.0.0.1"; IPAddr.new("10.0.0.1") == a  # => true
IPAddr.new(167838211, 2).to_s  # => "10.1.2.3"
IPAddr.new("999.1.1.1") rescue $!.message  # => "invalid address: "
(IPAddr.new("") rescue $!.class)  # => IPAddr::InvalidAddressError
(IPAddr.new("10.0.0.300") rescue $!.is_a?(IPAddr::Error))  # => true
"""
DECIMALS = r"""
BigDecimal("1.5").to_s  # => "0.15e1"
BigDecimal("0.1") + BigDecimal("0.2") == BigDecimal("0.3")  # => true
BigDecimal("1_000.5").to_f  # => 1000.5
BigDecimal("x")  # => ArgumentError: invalid value for BigDecimal(): "x"
BigDecimal("x", exception: false)  # => nil
BigDecimal("NaN").to_s  # => "NaN"
"1.5kg".to_d.to_f  # => 1.5
[BigDecimal("0.1")].sum.class  # => BigDecimal
[BigDecimal("0.1"), BigDecimal("0.2")].sum.to_s  # => "0.3e0"
"""
RATIONALS = r"""
(Date.new(2021, 3, 4) - Date.new(2021, 3, 1)) / 2  # => (3/2)
24 * (Date.new(2021, 3, 4) - Date.new(2021, 3, 1))  # => (72/1)
2 < Date.new(2021, 3, 4) - Date.new(2021, 3, 1)  # => true
((DateTime.new(2021, 3, 4, 12) - DateTime.new(2021, 3, 4)) * 24).round  # => 12
(DateTime.new(2021, 3, 4, 8) - DateTime.new(2021, 3, 4)).then { |r| [r.numerator, r.denominator] }  # => [1, 3]
(DateTime.new(2021, 3, 4, 8) - DateTime.new(2021, 3, 4)).round(2)  # => (33/100)
(DateTime.new(2021, 3, 4, 12) - DateTime.new(2021, 3, 4)).round(half: :even)  # => 0
(Date.new(2021, 3, 4) - Date.new(2021, 3, 1)) / 0  # => ZeroDivisionError: divided by 0
(Date.new(2021, 3, 4) - Date.new(2021, 3, 1)) + nil  # => TypeError: nil can't be coerced into Rational
"""
SHAPES = r"""
SecureRandom.hex.size  # => 32
SecureRandom.hex(4).size  # => 8
SecureRandom.uuid =~ /\A\h{8}-\h{4}-4\h{3}-[89ab]\h{3}-\h{12}\z/  # => 0
SecureRandom.random_number(5).between?(0, 4)  # => true
SecureRandom.random_number(1..3).between?(1, 3)  # => true
SecureRandom.random_number.class  # => Float
SecureRandom.alphanumeric(5) =~ /\A[A-Za-z0-9]{5}\z/  # => 0
SecureRandom.random_bytes(3).bytesize  # => 3
SecureRandom.hex(10**12)  # => ArgumentError: argument too big
Process.clock_gettime(Process::CLOCK_MONOTONIC).class  # => Float
Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond) / 1000 - Time.now.to_i <= 1  # => true
Process.clock_gettime(0, :fortnight)  # => ArgumentError: unexpected unit: :fortnight
Socket.gethostname.empty?  # => false
[1, 2, 3].sample.between?(1, 3)  # => true
[1, 2, 3].shuffle.sort  # => [1, 2, 3]
Date.today == Time.now.to_date  # => true
DateTime.now.to_time <= Time.now  # => true
Time.parse("12:30").to_date == Date.today  # => true
Date.parse("monday").wday  # => 1
Date.parse("10/Oct/2023:13:55:36").month  # => 10
Array.new(10**12)  # => ArgumentError: argument too big
[1, 2] * 10**12  # => ArgumentError: argument too big
a = []; a[10**12] = 1  # => ArgumentError: argument too big
(1..10**12).size  # => 1000000000000
(1..10**12).sum  # => 500000000000500000000000
(1..10**12).first(2)  # => [1, 2]
"""


@pytest.mark.parametrize(("source", "expected"), cases(ADDRESSES))
def test_addresses_answer_as_ruby_does(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(("source", "expected"), cases(DECIMALS))
def test_decimals_are_exact(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(("source", "expected"), cases(RATIONALS))
def test_the_difference_of_dates_is_a_fraction_to_compute_with(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(("source", "expected"), cases(SHAPES))
def test_what_changes_with_time_and_chance_has_its_shape_and_its_limits(source, expected):
    assert answer(source) == expected


def test_the_environment_is_read_and_never_written(monkeypatch):
    monkeypatch.setitem(
        __import__("logsmith.ruby.classes").ruby.classes.CONSTANTS, "ENV", Environment({"SITE": "fra1"})
    )
    assert answer('[ENV["SITE"], ENV["NONE"], ENV.fetch("NONE", 5), ENV.key?("SITE"), ENV.to_h]') == (
        '["fra1", nil, 5, true, {"SITE" => "fra1"}]'
    )
    assert answer('ENV.fetch("NONE")') == 'KeyError: key not found: "NONE"'
    assert answer('ENV["SITE"] = "x"').startswith("NoMethodError")


def test_a_bomb_of_compressed_bytes_is_refused(monkeypatch):
    monkeypatch.setattr("logsmith.ruby.modules.zlib.MAX_LENGTH", 1000)
    packed = zlib.compress(b"\0" * 1001).hex()
    assert answer(f'Zlib.inflate(["{packed}"].pack("H*"))') == "ArgumentError: argument too big"
    fitting = zlib.compress(b"a" * 1000).hex()
    assert answer(f'Zlib.inflate(["{fitting}"].pack("H*")).size') == "1000"
