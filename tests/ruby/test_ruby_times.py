"""Time: making, reading, writing and computing."""

import pytest

from logsmith.event.zones import UTC
from logsmith.ruby import times
from tests.ruby.ruby_answers import answer, cases

MADE = r"""
Time.at(0)  # => 1970-01-01 00:00:00 +0000
Time.at(0).utc  # => 1970-01-01 00:00:00 UTC
Time.at(1583020800.123).utc.usec  # => 122999
Time.at(1583020800, 123456).utc  # => 2020-03-01 00:00:00.123456 UTC
Time.at(1583020800, 123, :millisecond).utc  # => 2020-03-01 00:00:00.123 UTC
Time.at(1583020800, 123, :nsec).utc  # => 2020-03-01 00:00:00.000000123 UTC
Time.at(1583020800, 5, :usec).utc  # => 2020-03-01 00:00:00.000005 UTC
Time.at(1583020800, in: "+09:00")  # => 2020-03-01 09:00:00 +0900
Time.at(1583020800, in: "UTC")  # => 2020-03-01 00:00:00 UTC
Time.at(0).getlocal("UTC").utc?  # => true
Time.at(0, in: "UTC").iso8601  # => "1970-01-01T00:00:00Z"
(Time.at(0, in: "UTC") + 5).zone  # => "UTC"
Time.at(0, in: "Z").to_s  # => "1970-01-01 00:00:00 UTC"
Time.utc(2020,1,2,3,4,5).deconstruct_keys([:year, :zone])  # => {year: 2020, zone: "UTC"}
case Time.utc(2020,1,2); in {month: 1..6 => m} then m; end  # => 1
Time.at(1583020800, in: "Z")  # => 2020-03-01 00:00:00 UTC
Time.at(1583020800, in: "-00:00")  # => 2020-03-01 00:00:00 UTC
Time.at(1583020800, in: "A")  # => 2020-03-01 01:00:00 +0100
Time.at(1583020800, in: 3600)  # => 2020-03-01 01:00:00 +0100
Time.at(1583020800, in: "bogus")  # => ArgumentError: "+HH:MM", "-HH:MM", "UTC" or "A".."I","K".."Z" expected for utc_offset: bogus
Time.at("123")  # => TypeError: can't convert String into an exact number
Time.at(nil)  # => TypeError: can't convert nil into an exact number
Time.at(Time.at(5)).to_i  # => 5
Time.at(1.5).utc  # => 1970-01-01 00:00:01.5 UTC
Time.at(-1.5).utc  # => 1969-12-31 23:59:58.5 UTC
Time.at(1e10).utc  # => 2286-11-20 17:46:40 UTC
Time.at(1583020800.5).utc.inspect  # => "2020-03-01 00:00:00.5 UTC"
Time.at(1583020800, 1, :nsec).utc.inspect  # => "2020-03-01 00:00:00.000000001 UTC"
Time.at(0).utc.to_s  # => "1970-01-01 00:00:00 UTC"
Time.at(0).localtime("+09:00").to_s  # => "1970-01-01 09:00:00 +0900"
Time.at(0).getlocal("-05:30").inspect  # => "1969-12-31 18:30:00 -0530"
Time.at(0).getlocal(3600).to_s  # => "1970-01-01 01:00:00 +0100"
Time.at(0).localtime("+9").to_s  # => ArgumentError: "+HH:MM", "-HH:MM", "UTC" or "A".."I","K".."Z" expected for utc_offset: +9
Time.at(0).localtime("+0900").to_s  # => "1970-01-01 09:00:00 +0900"
Time.at(0).getlocal("EST")  # => ArgumentError: "+HH:MM", "-HH:MM", "UTC" or "A".."I","K".."Z" expected for utc_offset: EST
Time.new(2020)  # => 2020-01-01 00:00:00 +0000
Time.new(2020,1,2,3,4,5)  # => 2020-01-02 03:04:05 +0000
Time.new(2020,1,2,3,4,5.5)  # => 2020-01-02 03:04:05.5 +0000
Time.new(2020,1,2,3,4,5,"+09:00")  # => 2020-01-02 03:04:05 +0900
Time.new(2020,1,2,3,4,5,"+09:00").zone  # => nil
Time.new(2020,1,2,3,4,5,"Z").zone  # => "UTC"
Time.new(2020,1,2,3,4,5, in: "+09:00")  # => 2020-01-02 03:04:05 +0900
Time.new(2020,13,1)  # => ArgumentError: argument out of range: for month: 13
Time.new(2020,2,30)  # => 2020-03-01 00:00:00 +0000
Time.new(2020,2,32)  # => ArgumentError: argument out of range for day
Time.new(2020,1,1,24)  # => 2020-01-02 00:00:00 +0000
Time.new(2020,1,1,24,1)  # => ArgumentError: argument out of range
Time.new(2020,1,1,25)  # => ArgumentError: argument out of range for hour
Time.new(2020,1,1,0,60)  # => ArgumentError: argument out of range for minute
Time.new(2020,1,1,0,0,60)  # => 2020-01-01 00:01:00 +0000
Time.new(2020,1,1,0,0,61)  # => ArgumentError: argument out of range
Time.new("2020")  # => 2020-01-01 00:00:00 +0000
Time.new("2020-01-02 03:04:05")  # => 2020-01-02 03:04:05 +0000
Time.new("2020-01-02 03:04:05 +09:00")  # => 2020-01-02 03:04:05 +0900
Time.new("2020-01-02T03:04:05Z")  # => 2020-01-02 03:04:05 UTC
Time.new("2020-01-02 03:04:05.123 UTC")  # => 2020-01-02 03:04:05.123 UTC
Time.new("2020-01-02")  # => ArgumentError: no time information
Time.new("bad")  # => ArgumentError: can't parse: "bad"
Time.new("2020","jan","2")  # => 2020-01-02 00:00:00 +0000
Time.utc(2020,"jan",2)  # => 2020-01-02 00:00:00 UTC
Time.gm(2021, 'mar', 1)  # => 2021-03-01 00:00:00 UTC
Time.mktime(2000,1,1)  # => 2000-01-01 00:00:00 +0000
Time.local(2000,1,1)  # => 2000-01-01 00:00:00 +0000
Time.utc(2000,1,1,20,15,1,500)  # => 2000-01-01 20:15:01.0005 UTC
Time.utc(2000,1,1,20,15,1.5)  # => 2000-01-01 20:15:01.5 UTC
Time.utc(99)  # => 0099-01-01 00:00:00 UTC
Time.utc(2020,2,30)  # => 2020-03-01 00:00:00 UTC
Time.utc(2020,0,1)  # => ArgumentError: argument out of range: for month: 0
Time.utc(5,4,3,2,1,2020,0,0,false,nil)  # => 2020-01-02 03:04:05 UTC
Time.utc(2021,3,4,5,6,7).httpdate  # => "Thu, 04 Mar 2021 05:06:07 GMT"
Time.utc(2021,3,4,5,6,7).rfc2822  # => "Thu, 04 Mar 2021 05:06:07 -0000"
Time.utc(2021,3,4,5,6,7).iso8601  # => "2021-03-04T05:06:07Z"
Time.utc(2021,3,4,5,6,7).iso8601(3)  # => "2021-03-04T05:06:07.000Z"
Time.utc(2021,3,4,5,6,7).xmlschema(9)  # => "2021-03-04T05:06:07.000000000Z"
Time.new(2021,3,4,5,6,7,"+02:00").iso8601  # => "2021-03-04T05:06:07+02:00"
Time.new(2021,3,4,5,6,7,"+02:00").rfc2822  # => "Thu, 04 Mar 2021 05:06:07 +0200"
Time.utc(2021,3,4,5,6,7).ctime  # => "Thu Mar  4 05:06:07 2021"
Time.utc(2021,3,4,5,6,7).to_a  # => [7, 6, 5, 4, 3, 2021, 4, 63, false, "UTC"]
Time.utc(2021,3,4,5,6,7).to_date  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Time.utc(2021,3,4,5,6,7).to_datetime  # => #<DateTime: 2021-03-04T05:06:07+00:00 ((2459278j,18367s,0n),+0s,2299161j)>
Time.utc(2021,3,4)+0.5  # => 2021-03-04 00:00:00.5 UTC
Time.utc(2021,3,4)+86400  # => 2021-03-05 00:00:00 UTC
Time.utc(2021,3,4)-1  # => 2021-03-03 23:59:59 UTC
Time.utc(2021,3,4)-Time.utc(2021,3,3)  # => 86400.0
Time.utc(2021,3,4)+Time.utc(2021,3,3)  # => TypeError: time + time?
Time.utc(2021,3,4)+"1"  # => TypeError: can't convert String into an exact number
Time.utc(2021,3,4)-"1"  # => TypeError: can't convert String into an exact number
Time.utc(2021,3,4)-nil  # => TypeError: can't convert nil into an exact number
Time.utc(2021,3,4)<=>Time.utc(2021,3,5)  # => -1
Time.utc(2021,3,4)<=>5  # => nil
Time.utc(2021,3,4)<5  # => ArgumentError: comparison of Time with 5 failed
Time.utc(2021,3,4)>nil  # => ArgumentError: comparison of Time with nil failed
Time.utc(2021,3,4)==Time.new(2021,3,4,1,0,0,"+01:00")  # => true
Time.utc(2021,3,4).eql?(Time.new(2021,3,4,1,0,0,"+01:00"))  # => true
Time.utc(2021,3,4).hash==Time.new(2021,3,4,1,0,0,"+01:00").hash  # => true
Time.utc(2021,3,4,5,6,7).zone  # => "UTC"
Time.new(2021,3,4,5,6,7,"+02:00").utc_offset  # => 7200
Time.utc(2021,3,4).dst?  # => false
Time.utc(2021,3,4).monday?  # => false
Time.utc(2021,3,4).thursday?  # => true
Time.utc(2021,3,4).yday  # => 63
Time.utc(2021,3,4).utc?  # => true
Time.new(2021,3,4,5,6,7,"+02:00").utc  # => 2021-03-04 03:06:07 UTC
Time.new(2021,3,4,5,6,7,"+02:00").getutc  # => 2021-03-04 03:06:07 UTC
Time.new(2021,3,4,5,6,7,"+02:00").gmtime  # => 2021-03-04 03:06:07 UTC
Time.utc(2021,3,4).localtime.utc?  # => false
Time.utc(2021,3,4).localtime("+02:00").utc?  # => false
t=Time.utc(2021,3,4); t.localtime("+02:00"); t  # => 2021-03-04 02:00:00 +0200
t=Time.utc(2021,3,4); t.getlocal("+02:00"); t  # => 2021-03-04 00:00:00 UTC
Time.utc(2021,3,4).foo  # => NoMethodError: undefined method 'foo' for an instance of Time
Time.utc(2021,3,4).min  # => 0
Time.utc(2021,3,4).succ  # => NoMethodError: undefined method 'succ' for an instance of Time
Time.utc(2021,3,4).step  # => NoMethodError: undefined method 'step' for an instance of Time
Time.utc(2021,3,4).to_json  # => "\"2021-03-04 00:00:00 UTC\""
{t: Time.utc(2021,3,4)}.to_json  # => "{\"t\":\"2021-03-04 00:00:00 UTC\"}"
Time.utc(2021,3,4).year + 1  # => 2022
Time.at(1614834367, 123456789, :nsec).utc.iso8601(6)  # => "2021-03-04T05:06:07.123456Z"
Time.at(1614834367, 987654321, :nsec).utc.round(3)  # => 2021-03-04 05:06:07.988 UTC
Time.at(1614834367, 987654321, :nsec).utc.round  # => 2021-03-04 05:06:08 UTC
Time.at(1614834367, 987654321, :nsec).utc.floor(2)  # => 2021-03-04 05:06:07.98 UTC
Time.at(1614834367, 987654321, :nsec).utc.ceil(2)  # => 2021-03-04 05:06:07.99 UTC
Time.at(1614834367, 500, :millisecond).utc.subsec  # => (1/2)
Time.at(1614834367, 500, :millisecond).utc.to_f  # => 1614834367.5
Time.at(1614834367, 500, :millisecond).to_r  # => (3229668735/2)
Time.at(1614834367, 987654321, :nsec).utc.usec  # => 987654
Time.at(1614834367, 5, :bogus)  # => ArgumentError: unexpected unit: bogus
Time.at(0, in: "+25:00")  # => ArgumentError: utc_offset out of range
(Time.at(0) + 0.1).nsec  # => 100000000
Time.at(1.1).nsec  # => 100000000
Time.at(1.1).usec  # => 100000
(Time.at(1.1) - Time.at(1)).round(6)  # => 0.1
Time.gm(2000,"jan",1,20,15,1)  # => 2000-01-01 20:15:01 UTC
Time.utc(2020,"13")  # => ArgumentError: argument out of range: for month: 13
Time.utc(2020,"foo")  # => ArgumentError: invalid value for Integer(): "foo"
Time.utc("x")  # => ArgumentError: invalid value for Integer(): "x"
Time.utc(2020.7)  # => 2020-01-01 00:00:00 UTC
Time.utc(2020,1,1,nil)  # => 2020-01-01 00:00:00 UTC
Time.utc  # => ArgumentError: wrong number of arguments (given 0, expected 1..8)
Time.at  # => ArgumentError: wrong number of arguments (given 0, expected 1..3)
Time.at(1,2,3,4)  # => ArgumentError: wrong number of arguments (given 4, expected 1..3)
Time.utc(2021,3,4).to_date.to_s  # => "2021-03-04"
Time.utc(2021,3,4,5).to_datetime.to_s  # => "2021-03-04T05:00:00+00:00"
Time.utc(2021,3,4).to_date == Date.new(2021,3,4)  # => true
[Time.at(5),Time.at(3)].max.to_i  # => 5
[Time.at(5),Time.at(3)].sort.map(&:to_i)  # => [3, 5]
[Time.at(5),Time.at(3)].minmax.map(&:to_i)  # => [3, 5]
{Time.at(0)=>1}[Time.at(0)]  # => 1
Time.at(0).eql?(Time.at(0.0))  # => true
Time.utc(2021,3,4).clamp(Time.at(0),Time.at(10)).to_i  # => 10
Time.at(0).frozen?  # => false
Time.utc(2021,3,4).instance_of?(Time)  # => true
Time.utc(2000,1,31).month  # => 1
Time.utc(2021,3,4) == nil  # => false
Time.utc(2021,3,4) != Time.utc(2021,3,5)  # => true
Time.utc(2021,3,4).respond_to?(:strftime)  # => true
"#{Time.at(0).utc}"  # => "1970-01-01 00:00:00 UTC"
Time.at(1e18)  # => 31688740476-10-23 01:46:40 +0000
Time.at(10**15).year rescue $!.message  # => 31690708
"""

READ = r"""
Time.parse("2021-03-04T05:06:07Z")  # => 2021-03-04 05:06:07 UTC
Time.parse("2021-03-04 05:06:07.5 +0200")  # => 2021-03-04 05:06:07.5 +0200
Time.parse("2021-03-04 05:06:07")  # => 2021-03-04 05:06:07 +0000
Time.parse("04 Mar 2021 05:06:07 GMT")  # => 2021-03-04 05:06:07 +0000
Time.parse("Thu, 04 Mar 2021 05:06:07 -0500")  # => 2021-03-04 05:06:07 -0500
Time.parse("20210304T050607Z")  # => 2021-03-04 05:06:07 UTC
Time.parse("garbage")  # => ArgumentError: no time information in "garbage"
Time.parse("")  # => ArgumentError: no time information in ""
Time.parse(nil)  # => TypeError: no implicit conversion of NilClass into String
Time.parse("2021-03-04")  # => 2021-03-04 00:00:00 +0000
Time.parse("Mar 4 2021")  # => 2021-03-04 00:00:00 +0000
Time.parse("4 March 2021 3pm")  # => 2021-03-04 15:00:00 +0000
Time.parse("2021/03/04 05:06")  # => 2021-03-04 05:06:00 +0000
Time.parse("03/04/2021")  # => 2021-04-03 00:00:00 +0000
Time.parse("3.4.2021")  # => 2021-04-03 00:00:00 +0000
Time.parse("2021-03-04T05:06:07.123456789Z").nsec  # => 123456789
Time.parse("2021-03-04 05:06:07 EST")  # => 2021-03-04 05:06:07 -0500
Time.parse("2021-03-04 05:06:07 PDT").utc_offset  # => -25200
Time.parse("2021-03-04 05:06:07 Europe/Paris")  # => 2021-03-04 05:06:07 +0000
Time.parse("2021-03-04 05:06:07 UTC").utc?  # => true
Time.parse("2021-03-04T05:06:07+00:00").utc?  # => false
Time.parse("2021-03-04T05:06:07-00:00").utc?  # => true
Time.parse("2021-02-30")  # => 2021-03-02 00:00:00 +0000
Time.parse("2021-13-01")  # => ArgumentError: argument out of range: for month: 13
Time.parse("2021-03-04 25:00:00")  # => ArgumentError: argument out of range for hour
Time.parse("2021-03-04 24:00:00")  # => 2021-03-05 00:00:00 +0000
Time.parse("2021-03-04 23:59:60")  # => 2021-03-05 00:00:00 +0000
Time.parse("Wed Mar  4 05:06:07 2021")  # => 2021-03-04 05:06:07 +0000
Time.parse("Wed Mar  4 05:06:07 UTC 2021")  # => 2021-03-04 05:06:07 UTC
Time.parse("@1234567890") rescue "err"  # => "err"
Time.parse("1583020800")  # => 1583-02-08 00:00:00 +0000
Time.parse("20210304")  # => 2021-03-04 00:00:00 +0000
Time.parse("20210304050607")  # => 2021-03-04 05:06:07 +0000
Time.parse("210304")  # => 2021-03-04 00:00:00 +0000
Time.parse("2021-064")  # => 2021-03-05 00:00:00 +0000
Time.parse("2021-W09-4")  # => ArgumentError: no time information in "2021-W09-4"
Time.parse("2021-03-04T05:06:07,5Z").subsec  # => (1/2)
Time.parse("Sat Aug 28 02:55:00 2000")  # => 2000-08-28 02:55:00 +0000
Time.parse("H31.04.30")  # => 2019-04-30 00:00:00 +0000
Time.parse("2021-03-04 05:06:07 +05:30").to_s  # => "2021-03-04 05:06:07 +0530"
Time.parse("2021-03-04 05:06:07 +5").to_s  # => "2021-03-04 05:06:07 +0000"
Time.parse("2021-03-04 5:6:7").to_s  # => "2021-03-04 05:06:07 +0000"
Time.parse("2021-3-4").to_s  # => "2021-03-04 00:00:00 +0000"
Time.strptime("31/Feb/2023:00:00:00 +0000","%d/%b/%Y:%H:%M:%S %z")  # => 2023-03-03 00:00:00 +0000
Time.strptime("31/Feb/2023","%d/%b/%Y")  # => 2023-03-03 00:00:00 +0000
Time.strptime("bad","%Y")  # => ArgumentError: invalid date or strptime format - 'bad' '%Y'
Time.strptime("2020 x","%Y")  # => 2020-01-01 00:00:00 +0000
Time.strptime("1583020800","%s")  # => 2020-03-01 00:00:00 +0000
Time.strptime("1583020800.5","%s.%L").to_f  # => 1583020800.5
Time.strptime("1583020800123","%Q").utc.inspect  # => "2020-03-01 00:00:00.123 UTC"
Time.strptime("2020-01-01 10:11 PM","%Y-%m-%d %I:%M %p")  # => 2020-01-01 22:11:00 +0000
Time.strptime("20200102","%Y%m%d")  # => 2020-01-02 00:00:00 +0000
Time.strptime("2020-01-02T03:04:05.678+02:00","%Y-%m-%dT%H:%M:%S.%L%z").inspect  # => "2020-01-02 03:04:05.678 +0200"
Time.strptime("2020-01-02 EST","%Y-%m-%d %Z")  # => 2020-01-02 00:00:00 -0500
Time.strptime("99","%y").year  # => 1999
Time.strptime("2020-100","%Y-%j")  # => 2020-04-09 00:00:00 +0000
Time.strptime("Monday 2020","%A %Y")  # => 2020-01-01 00:00:00 +0000
Time.strptime("2020-01-02","%F")  # => 2020-01-02 00:00:00 +0000
Time.strptime("","%Y")  # => ArgumentError: invalid date or strptime format - '' '%Y'
Time.strptime("2020-13","%Y-%m")  # => ArgumentError: invalid date or strptime format - '2020-13' '%Y-%m'
Time.iso8601("2021-03-04T05:06:07Z")  # => 2021-03-04 05:06:07 UTC
Time.iso8601("2021-03-04T05:06:07.25+01:00")  # => 2021-03-04 05:06:07.25 +0100
Time.iso8601("2021-03-04")  # => ArgumentError: invalid xmlschema format: "2021-03-04"
Time.iso8601("2021-03-04 05:06:07")  # => ArgumentError: invalid xmlschema format: "2021-03-04 05:06:07"
Time.iso8601("2021-03-04T05:06:07")  # => 2021-03-04 05:06:07 +0000
Time.iso8601("2021-02-30T05:06:07Z")  # => 2021-03-02 05:06:07 UTC
Time.iso8601("x")  # => ArgumentError: invalid xmlschema format: "x"
Time.rfc2822("Thu, 04 Mar 2021 05:06:07 -0500")  # => 2021-03-04 05:06:07 -0500
Time.httpdate("Thu, 04 Mar 2021 05:06:07 GMT")  # => 2021-03-04 05:06:07 UTC
Time.httpdate("x")  # => ArgumentError: not RFC 2616 compliant date: "x"
Time.rfc2822("x")  # => ArgumentError: not RFC 2822 compliant date: "x"
Time.xmlschema("2021-03-04T05:06:07Z").utc?  # => true
Time.parse("2021-03-04T05:06:07.1+0530").utc.iso8601(1)  # => "2021-03-03T23:36:07.1Z"
Time.parse("Mar 04, 2021 05:06:07 PM").to_s  # => "2021-03-04 17:06:07 +0000"
Time.parse("2021-03-04 17:06:07 -0800 (PST)").to_s  # => "2021-03-04 17:06:07 -0800"
Time.parse("Thu Mar 04 05:06:07 +0000 2021").to_s  # => "2021-03-04 05:06:07 +0000"
Time.parse("04/Mar/2021 05:06:07").to_s  # => "2021-03-04 05:06:07 +0000"
Time.parse("2021-03-04T05").to_s  # => "2021-03-04 00:00:00 +0000"
Time.parse("2021-03-04T05:06").to_s  # => "2021-03-04 05:06:00 +0000"
Time.parse("1/2/2021 3:04 pm").to_s  # => "2021-02-01 15:04:00 +0000"
Time.parse("20210304T050607.123+0200").to_s  # => "2021-03-04 05:06:07 +0200"
Time.parse("20210304 05:06:07").to_s  # => "2021-03-04 05:06:07 +0000"
Time.parse("2021-03-04_05:06:07").to_s  # => "2021-03-04 05:06:07 +0000"
Time.parse("Fri, 5 Mar 2021 01:02:03 CET").to_s  # => "2021-03-05 01:02:03 +0000"
Time.parse("2021-03-04 05:06:07 A").to_s  # => "2021-03-04 05:06:07 +0100"
Time.parse("[04/Mar/2021:05:06:07 +0000]") rescue $!.class  # => ArgumentError
Time.parse("0000-00-00 00:00:00") rescue $!.message  # => "argument out of range: for month: 0"
Time.parse("2021-00-10") rescue $!.message  # => "argument out of range: for month: 0"
Time.parse("1970-01-01").to_i  # => 0
Time.parse("31/12/1999").to_s  # => "1999-12-31 00:00:00 +0000"
Time.parse("2021-03-04 05:06:07,123").usec  # => 123000
Time.parse("x" * 129) rescue $!.message  # => "string length (129) exceeds the limit 128"
Time.strptime("2021-03-04 05","%Y-%m-%d %H").to_s  # => "2021-03-04 05:00:00 +0000"
Time.strptime("4 3 21","%d %m %y").to_s  # => "2021-03-04 00:00:00 +0000"
Time.strptime("2021063","%Y%j").to_s  # => "2021-03-04 00:00:00 +0000"
Time.strptime("Mar  4 2021","%b %e %Y").to_s  # => "2021-03-04 00:00:00 +0000"
Time.strptime("2021-03-04T05:06:07.123Z","%Y-%m-%dT%H:%M:%S.%N%Z").inspect  # => "2021-03-04 05:06:07.123 UTC"
Time.strptime("2021-W10","%G-W%V").to_s  # => "2021-03-08 00:00:00 +0000"
Time.strptime("2021 10 1","%Y %U %w").to_s  # => "2021-03-08 00:00:00 +0000"
Time.strptime("2021 10","%Y %W").to_s  # => "2021-03-08 00:00:00 +0000"
Time.strptime("20","%C").to_s  # => ArgumentError: no time information in "20"
Time.strptime("Thu, 04 Mar 2021","%a, %d %b %Y").to_s  # => "2021-03-04 00:00:00 +0000"
Time.strptime("THURSDAY 4 MARCH 2021","%A %d %B %Y").to_s  # => "2021-03-04 00:00:00 +0000"
Time.strptime("2021-03-04 +5","%Y-%m-%d %z").utc_offset  # => 0
Time.strptime("2021-03-04 +05:30","%Y-%m-%d %z").utc_offset  # => 19800
Time.strptime("2021-03-04 GMT+2","%Y-%m-%d %z").utc_offset  # => 0
Time.strptime("%20","%%%y").year  # => 2020
Time.strptime("a2020b","a%Yb").year  # => 2020
Time.strptime("2020-366","%Y-%j").to_s  # => "2020-12-31 00:00:00 +0000"
Time.strptime("2021-366","%Y-%j").to_s  # => ArgumentError: yday 366 out of range
Time.strptime("12345","%Y%m")  # => 1234-05-01 00:00:00 +0000
Time.strptime("2020123","%Y%m%d")  # => 2020-12-03 00:00:00 +0000
"""

WRITTEN = r"""
Time.utc(2021,3,4).strftime("")  # => ""
Time.utc(2021,3,4).strftime("%Y-%m-%d %H:%M:%S.%L %z %Z %%")  # => "2021-03-04 00:00:00.000 +0000 UTC %"
Time.new(2021,3,4,15,6,7,"-00:30").strftime("%z|%:z|%_z|%-z|%10z|%_10z")  # => "-0030|-00:30| -030|-0030|-000000030|      -030"
Time.new(2021,3,4,5,6,7).strftime("%e|%-d|%_d|%0e|%k|%l|%I|%-I|%_m|%-m|%^a|%^B|%#p|%P|%p|%#b|%#Z")  # => " 4|4| 4|04| 5| 5|05|5| 3|3|THU|MARCH|am|am|AM|MAR|utc"
Time.new(2021,3,4,15,6,7).strftime("%c|%x|%X|%D|%F|%T|%R|%r|%v|%+|%n|%t|%h|%C|%y")  # => "Thu Mar  4 15:06:07 2021|03/04/21|15:06:07|03/04/21|2021-03-04|15:06:07|15:06|03:06:07 PM| 4-MAR-2021|%+|\n|\t|Mar|20|21"
Time.new(2021,3,4,15,6,7).strftime("%10Y|%_10Y|%-10Y|%010d|%10A|%^10A|%-y|%3S|%_3S|%10N|%10L|%05e|%10F|%_5H")  # => "0000002021|      2021|2021|0000000004|  Thursday|  THURSDAY|21|007|  7|0000000000|0000000000|00004|2021-03-04|   15"
Time.new(2021,3,4,15,6,7).strftime("%Q|%E|%Ey|%Od|%EY|%q|%i|%")  # => ArgumentError: invalid format: %Q|%E|%Ey|%Od|%EY|%q|%i|%
Time.utc(2021,3,4).strftime("é %Y")  # => "é 2021"
Time.utc(12021,3,4).strftime("%Y|%F|%C|%G")  # => "12021|12021-03-04|120|12021"
Time.utc(-5,3,4).strftime("%Y|%F|%C|%y")  # => "-0005|-0005-03-04|-1|95"
Time.utc(5,3,4).strftime("%Y|%F|%-Y|%C|%y")  # => "0005|0005-03-04|5|00|05"
Time.utc(2021,1,3).strftime("%U %W %V %G %u %w %a %j")  # => "01 00 53 2020 7 0 Sun 003"
Time.utc(2021,12,31).strftime("%U %W %V %G %u %w %a %j")  # => "52 52 52 2021 5 5 Fri 365"
Time.utc(2021,3,4).strftime("%^Z %#z %^p %#a %#A %-l %s")  # => "UTC +0000 AM THU THURSDAY 12 1614816000"
Time.utc(2021,3,4).strftime("%0l|%-k|%_S|%-M|%-N|%_N|%-L|%03d|%+5d|%05s|%-s|%12s")  # => "12|0| 0|0|000000000|000000000|000|004|%+5d|1614816000|1614816000|001614816000"
Time.utc(2021,3,4,1,2,3).strftime("%-H:%-M %_I %0I %^h %#B %^#p %010Y %+")  # => "1:2  1 01 MAR MARCH am 0000002021 %+"
Time.utc(2021,3,4).strftime("%Y%")  # => ArgumentError: invalid format: %Y%
Time.utc(2021,3,4).strftime("%Q")  # => "%Q"
Time.utc(2021,3,4).strftime("%E")  # => "%E"
Time.utc(2021,3,4).strftime("%Ey %Od %EY %OY %Eq")  # => "21 04 2021 %OY %Eq"
Time.utc(2021,3,4).strftime("%q %i %f %J")  # => "%q %i %f %J"
Time.utc(2021,3,4).strftime("100%")  # => ArgumentError: invalid format: 100%
Time.utc(2021,3,4).strftime("%-")  # => ArgumentError: invalid format: %-
Time.utc(2021,3,4).strftime("%é")  # => "%é"
Time.at(1614850567, 123456789, :nsec, in: "+05:30").strftime("%z|%:z|%::z|%Z|%_z|%-z|%10z|%_10z|%-:z|%:::z|%_:z|%10:z")  # => "+0530|+05:30|+05:30:00|| +530|+0530|+000000530|      +530|+05:30|+05:30| +5:30|+000005:30"
Time.at(1614850567, 123456789, :nsec, in: "+05:30").strftime("%N|%3N|%6N|%9N|%12N|%L|%6L|%s|%j|%-j|%U|%W|%V|%G|%g|%u|%w")  # => "123456789|123|123456|123456789|123456789000|123|123456|1614850567|063|63|09|09|09|2021|21|4|4"
Time.at(0).utc.strftime("%A %d %B %Y at %I:%M%p")  # => "Thursday 01 January 1970 at 12:00AM"
DateTime.strptime("2021-03-04 05:06:07.123456","%Y-%m-%d %H:%M:%S.%L").strftime("%N")  # => "123456000"
DateTime.parse("2021-03-04T05:06:07.123Z").strftime("%Q").to_i  # => 1614834367123
Date.parse("2021-03-05").strftime("%d.%m.%Y")  # => "05.03.2021"
"""


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch):
    monkeypatch.setattr(times, "system_zone", lambda: UTC)


@pytest.mark.parametrize(("source", "expected"), cases(MADE))
def test_times_answer_as_ruby_does(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(("source", "expected"), cases(READ))
def test_times_are_read_from_texts_as_ruby_does(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(("source", "expected"), cases(WRITTEN))
def test_strftime_writes_as_ruby_does(source, expected):
    assert answer(source) == expected
