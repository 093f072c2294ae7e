"""Date and DateTime."""

import pytest

from logsmith.event.zones import UTC
from logsmith.ruby import times
from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
Date.new(2021,3,4)  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.new(2021,3)  # => #<Date: 2021-03-01 ((2459275j,0s,0n),+0s,2299161j)>
Date.new(2021,-1,-1)  # => #<Date: 2021-12-31 ((2459580j,0s,0n),+0s,2299161j)>
Date.new(2021,2,30)  # => Date::Error: invalid date
Date.new(2021,13,1)  # => Date::Error: invalid date
Date.new("x")  # => TypeError: invalid year (not numeric)
Date.new(2021,3,4).to_s  # => "2021-03-04"
Date.parse("2021-03-04")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("4 March 2021")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("20210304")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("03/04/2021")  # => #<Date: 2021-04-03 ((2459308j,0s,0n),+0s,2299161j)>
Date.parse("bad")  # => Date::Error: invalid date
Date.parse("")  # => Date::Error: invalid date
Date.parse(nil)  # => TypeError: no implicit conversion of nil into String
Date.parse("2021-02-30")  # => Date::Error: invalid date
Date.parse("2021-064")  # => #<Date: 2021-03-05 ((2459279j,0s,0n),+0s,2299161j)>
Date.parse("2021-W09-4")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("Mar 4 2021").to_s  # => "2021-03-04"
Date.parse("3rd Feb 2001")  # => #<Date: 2001-02-03 ((2451944j,0s,0n),+0s,2299161j)>
Date.parse("2021-03-04T23:00:00-05:00")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.strptime("2021-03-04","%Y-%m-%d")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.strptime("04/Mar/21","%d/%b/%y")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.strptime("x","%Y")  # => Date::Error: invalid date
Date.strptime("2021-03-04 x","%Y-%m-%d")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.strptime("2021-02-30","%Y-%m-%d")  # => Date::Error: invalid date
Date.strptime("1614834367","%s")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.strptime("2021-W09-4","%G-W%V-%u")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.strptime("2021 64","%Y %j")  # => #<Date: 2021-03-05 ((2459279j,0s,0n),+0s,2299161j)>
Date.strptime("2021-03-04")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.valid_date?(2021,2,30)  # => false
Date.valid_date?(2021,2,28)  # => true
Date.leap?(2020)  # => true
Date.iso8601("2021-03-04")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.iso8601("x")  # => Date::Error: invalid date
Date.new(2021,3,4)+1  # => #<Date: 2021-03-05 ((2459279j,0s,0n),+0s,2299161j)>
Date.new(2021,3,4)-1  # => #<Date: 2021-03-03 ((2459277j,0s,0n),+0s,2299161j)>
Date.new(2021,3,4)-Date.new(2021,3,1)  # => (3/1)
(Date.new(2021,3,4)-Date.new(2021,3,1)).to_i  # => 3
(Date.new(2021,3,4)-Date.new(2021,3,1)) * 86400  # => (259200/1)
(Date.new(2021,3,4)-Date.new(2021,3,1)).class  # => Rational
(Date.new(2021,3,4)-Date.new(2021,3,1)).to_s  # => "3/1"
(Date.new(2021,3,4)-Date.new(2021,3,1)) / 2  # => (3/2)
(Date.new(2021,3,4)-Date.new(2021,3,1)) + 1  # => (4/1)
(Date.new(2021,3,4)-Date.new(2021,3,1)) > 2  # => true
(Date.new(2021,3,4)-Date.new(2021,3,1)) == 3  # => true
(Date.new(2021,3,4)-Date.new(2021,3,1)).round  # => 3
(Date.new(2021,3,4)-Date.new(2021,3,1)).to_f  # => 3.0
(Date.new(2021,3,4)-Date.new(2021,3,1)) * 1.5  # => 4.5
(Date.new(2021,3,4)-Date.new(2021,3,1)).abs  # => (3/1)
2 * (Date.new(2021,3,4)-Date.new(2021,3,1))  # => (6/1)
2.0 * (Date.new(2021,3,4)-Date.new(2021,3,1))  # => 6.0
Date.new(2021,1,31) >> 1  # => #<Date: 2021-02-28 ((2459274j,0s,0n),+0s,2299161j)>
Date.new(2021,3,31) << 1  # => #<Date: 2021-02-28 ((2459274j,0s,0n),+0s,2299161j)>
Date.new(2021,3,4).next  # => #<Date: 2021-03-05 ((2459279j,0s,0n),+0s,2299161j)>
Date.new(2021,3,4).next_day(3)  # => #<Date: 2021-03-07 ((2459281j,0s,0n),+0s,2299161j)>
Date.new(2021,3,4).prev_day  # => #<Date: 2021-03-03 ((2459277j,0s,0n),+0s,2299161j)>
Date.new(2021,1,31).next_month  # => #<Date: 2021-02-28 ((2459274j,0s,0n),+0s,2299161j)>
Date.new(2021,3,31).prev_month  # => #<Date: 2021-02-28 ((2459274j,0s,0n),+0s,2299161j)>
Date.new(2020,2,29).next_year  # => #<Date: 2021-02-28 ((2459274j,0s,0n),+0s,2299161j)>
Date.new(2020,2,29).prev_year  # => #<Date: 2019-02-28 ((2458543j,0s,0n),+0s,2299161j)>
Date.new(2021,3,4).cwday  # => 4
Date.new(2021,1,3).cweek  # => 53
Date.new(2021,1,3).cwyear  # => 2020
Date.new(2021,3,4).yday  # => 63
Date.new(2021,3,4).wday  # => 4
Date.new(2021,3,4).mjd  # => 59277
Date.new(2021,3,4).jd  # => 2459278
Date.new(2021,3,4).ld  # => 160118
Date.new(2021,3,4).leap?  # => false
Date.new(2021,3,4).strftime("%Y/%m/%d %H:%M %z %A")  # => "2021/03/04 00:00 +0000 Thursday"
Date.new(2021,3,4).strftime  # => "2021-03-04"
Date.new(2021,3,4).to_time  # => 2021-03-04 00:00:00 +0000
Date.new(2021,3,4).to_datetime  # => #<DateTime: 2021-03-04T00:00:00+00:00 ((2459278j,0s,0n),+0s,2299161j)>
Date.new(2021,3,4).iso8601  # => "2021-03-04"
Date.new(2021,3,4).rfc2822  # => "Thu, 4 Mar 2021 00:00:00 +0000"
Date.new(2021,3,4).httpdate  # => "Thu, 04 Mar 2021 00:00:00 GMT"
Date.new(2021,3,4).rfc3339  # => "2021-03-04T00:00:00+00:00"
Date.new(2021,3,4).inspect  # => "#<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>"
Date.new(2021,3,4)==Date.new(2021,3,4)  # => true
Date.new(2021,3,4)<=>Date.new(2021,3,5)  # => -1
Date.new(2021,3,4)<Date.new(2021,3,5)  # => true
Date.new(2021,3,4)==DateTime.new(2021,3,4)  # => true
Date.new(2021,3,4)<=>DateTime.new(2021,3,4,1)  # => -1
Date.new(2021,3,4)===DateTime.new(2021,3,4,1)  # => true
Date.new(2021,3,4)+"1"  # => TypeError: expected numeric
Date.new(2021,3,4)-"1"  # => TypeError: expected numeric
Date.new(2021,3,4)>>"1"  # => TypeError: String can't be coerced into Integer
Date.new(2021,3,4).monday?  # => false
Date.new(2021,3,4).saturday?  # => false
Date.new(2021,3,4).upto(Date.new(2021,3,6)).map(&:day)  # => [4, 5, 6]
Date.new(2021,3,4).downto(Date.new(2021,3,3)).map(&:day)  # => [4, 3]
Date.new(2021,3,4).step(Date.new(2021,3,8),2).map(&:day)  # => [4, 6, 8]
Date.new(2021,3,4).to_json  # => "\"2021-03-04\""
Date::MONTHNAMES[3]  # => "March"
Date::ABBR_DAYNAMES  # => ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
Date::DAYNAMES  # => ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
Date::ABBR_MONTHNAMES  # => [nil, "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
Date.new(2021,3,4).eql?(Date.new(2021,3,4))  # => true
{Date.new(2021,3,4)=>1}[Date.new(2021,3,4)]  # => 1
Date.new(2021,3,4).ajd  # => (4918555/2)
Date.new(2021,3,4).mon  # => 3
Date.new(2021,3,4).mday  # => 4
Date.commercial(2021,9,4)  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.ordinal(2021,64)  # => #<Date: 2021-03-05 ((2459279j,0s,0n),+0s,2299161j)>
Date.jd(2459278)  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.valid_commercial?(2021,54,1)  # => false
DateTime.new(2021,3,4,5,6,7)  # => #<DateTime: 2021-03-04T05:06:07+00:00 ((2459278j,18367s,0n),+0s,2299161j)>
DateTime.new(2021,3,4,5,6,7,"+02:00")  # => #<DateTime: 2021-03-04T05:06:07+02:00 ((2459278j,11167s,0n),+7200s,2299161j)>
DateTime.new(2021,3,4,5,6,7.5)  # => #<DateTime: 2021-03-04T05:06:07+00:00 ((2459278j,18367s,500000000n),+0s,2299161j)>
DateTime.new(2021,3,4,5,6,7,"+02:00").to_s  # => "2021-03-04T05:06:07+02:00"
DateTime.new(2021,3,4,24)  # => #<DateTime: 2021-03-05T00:00:00+00:00 ((2459279j,0s,0n),+0s,2299161j)>
DateTime.new(2021,3,4,25)  # => Date::Error: invalid date
DateTime.parse("2021-03-04T05:06:07Z")  # => #<DateTime: 2021-03-04T05:06:07+00:00 ((2459278j,18367s,0n),+0s,2299161j)>
DateTime.parse("2021-03-04T05:06:07.123+02:00")  # => #<DateTime: 2021-03-04T05:06:07+02:00 ((2459278j,11167s,123000000n),+7200s,2299161j)>
DateTime.parse("2021-03-04T05:06:07.123+02:00").iso8601(3)  # => "2021-03-04T05:06:07.123+02:00"
DateTime.parse("2021-03-04 05:06:07")  # => #<DateTime: 2021-03-04T05:06:07+00:00 ((2459278j,18367s,0n),+0s,2299161j)>
DateTime.parse("bad")  # => Date::Error: invalid date
DateTime.parse("20210304T050607")  # => #<DateTime: 2021-03-04T05:06:07+00:00 ((2459278j,18367s,0n),+0s,2299161j)>
DateTime.parse("2021-03-04 05:06:07 EST").to_s  # => "2021-03-04T05:06:07-05:00"
DateTime.strptime("31/Feb/2023:00:00:00","%d/%b/%Y:%H:%M:%S")  # => Date::Error: invalid date
DateTime.strptime("bad","%Y")  # => Date::Error: invalid date
DateTime.strptime("1614834367","%s")  # => #<DateTime: 2021-03-04T05:06:07+00:00 ((2459278j,18367s,0n),+0s,2299161j)>
DateTime.strptime("1614834367123","%Q").iso8601(3)  # => "2021-03-04T05:06:07.123+00:00"
DateTime.strptime("2021-03-04 11:06 PM","%Y-%m-%d %I:%M %p")  # => #<DateTime: 2021-03-04T23:06:00+00:00 ((2459278j,83160s,0n),+0s,2299161j)>
DateTime.strptime("2021-03-04T05:06:07.5+0200")  # => Date::Error: invalid date
DateTime.strptime("2021-03-04T05:06:07+02:00").to_s  # => "2021-03-04T05:06:07+02:00"
DateTime.new(2021,3,4,5,6,7)+1  # => #<DateTime: 2021-03-05T05:06:07+00:00 ((2459279j,18367s,0n),+0s,2299161j)>
DateTime.new(2021,3,4,5,6,7)+0.5  # => #<DateTime: 2021-03-04T17:06:07+00:00 ((2459278j,61567s,0n),+0s,2299161j)>
DateTime.new(2021,3,4,12)-DateTime.new(2021,3,3)  # => (3/2)
((DateTime.new(2021,3,4,12)-DateTime.new(2021,3,3))*24*60*60).to_i  # => 129600
(DateTime.new(2021,3,4,12)-DateTime.new(2021,3,3)).to_f  # => 1.5
DateTime.new(2021,3,4,5,6,7)>>1  # => #<DateTime: 2021-04-04T05:06:07+00:00 ((2459309j,18367s,0n),+0s,2299161j)>
DateTime.new(2021,3,4,5,6,7).hour  # => 5
DateTime.new(2021,3,4,5,6,7).minute  # => 6
DateTime.new(2021,3,4,5,6,7).min  # => 6
DateTime.new(2021,3,4,5,6,7).second  # => 7
DateTime.new(2021,3,4,5,6,7).offset  # => (0/1)
DateTime.new(2021,3,4,5,6,7,"+02:00").offset  # => (1/12)
DateTime.new(2021,3,4,5,6,7,"+02:00").zone  # => "+02:00"
DateTime.new(2021,3,4,5,6,7,"+02:00").new_offset  # => #<DateTime: 2021-03-04T03:06:07+00:00 ((2459278j,11167s,0n),+0s,2299161j)>
DateTime.new(2021,3,4,5,6,7,"+02:00").new_offset("+05:00")  # => #<DateTime: 2021-03-04T08:06:07+05:00 ((2459278j,11167s,0n),+18000s,2299161j)>
DateTime.new(2021,3,4,5,6,7,"+02:00").new_offset(0).to_s  # => "2021-03-04T03:06:07+00:00"
DateTime.new(2021,3,4,5,6,7,"+02:00").to_time  # => 2021-03-04 05:06:07 +0200
DateTime.new(2021,3,4,5,6,7,"+02:00").to_time.utc.to_i  # => 1614827167
DateTime.new(2021,3,4,5,6,7,"+02:00").to_date  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
DateTime.new(2021,3,4,5,6,7,"+02:00").strftime("%s %Q %L %N %z %Z %FT%T")  # => "1614827167 1614827167000 000 000000000 +0200 +02:00 2021-03-04T05:06:07"
DateTime.new(2021,3,4,5,6,7,"+02:00").strftime  # => "2021-03-04T05:06:07+02:00"
DateTime.new(2021,3,4,5,6,7,"+02:00").rfc3339  # => "2021-03-04T05:06:07+02:00"
DateTime.new(2021,3,4,5,6,7,"+02:00").xmlschema(2)  # => "2021-03-04T05:06:07.00+02:00"
DateTime.new(2021,3,4,5,6,7,"+02:00").httpdate  # => "Thu, 04 Mar 2021 03:06:07 GMT"
DateTime.new(2021,3,4,5,6,7,"+02:00").rfc2822  # => "Thu, 4 Mar 2021 05:06:07 +0200"
DateTime.new(2021,3,4,5,6,7,"+02:00").inspect  # => "#<DateTime: 2021-03-04T05:06:07+02:00 ((2459278j,11167s,0n),+7200s,2299161j)>"
DateTime.new(2021,3,4,5,6,7).to_json  # => "\"2021-03-04T05:06:07+00:00\""
DateTime.new(2021,3,4,5,6,7)<=>DateTime.new(2021,3,4,5,6,8)  # => -1
DateTime.new(2021,3,4,5,6,7).to_time.to_f  # => 1614834367.0
DateTime.new(2021,3,4,5,6,7).ajd  # => (212481594367/86400)
DateTime.parse("3rd Feb 2001 04:05:06+03:30")  # => #<DateTime: 2001-02-03T04:05:06+03:30 ((2451944j,2106s,0n),+12600s,2299161j)>
DateTime.iso8601("2021-03-04T05:06:07+09:00")  # => #<DateTime: 2021-03-04T05:06:07+09:00 ((2459277j,72367s,0n),+32400s,2299161j)>
DateTime.rfc3339("2021-03-04T05:06:07+09:00")  # => #<DateTime: 2021-03-04T05:06:07+09:00 ((2459277j,72367s,0n),+32400s,2299161j)>
DateTime.rfc3339("x")  # => Date::Error: invalid date
DateTime.new(2021,3,4).to_i  # => NoMethodError: undefined method 'to_i' for an instance of DateTime
Date.parse("H31.04.30")  # => #<Date: 2019-04-30 ((2458604j,0s,0n),+0s,2299161j)>
Date._parse("2021-03-04 05:06:07.5 +0200")  # => {zone: "+0200", hour: 5, min: 6, sec: 7, sec_fraction: (1/2), year: 2021, mon: 3, mday: 4, offset: 7200}
Date._strptime("2021-03-04x","%Y-%m-%d")  # => {year: 2021, mon: 3, mday: 4, leftover: "x"}
Date.strptime("2021-03-04","%Y-%m-%d").to_time.to_i  # => 1614816000
Date.parse("2021")  # => Date::Error: invalid date
Date.parse("2021.03.04")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("4-Mar-21")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("21-03-04")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("Mar-4-2021")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("4.3.2021")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("'21 Mar 4")  # => #<Date: 2021-03-04 ((2459278j,0s,0n),+0s,2299161j)>
Date.parse("March 2021")  # => #<Date: 2021-03-01 ((2459275j,0s,0n),+0s,2299161j)>
DateTime.strptime("2021-03-04 05:06:07.123456","%Y-%m-%d %H:%M:%S.%L").strftime("%N")  # => "123456000"
DateTime.parse("2021-03-04T05:06:07.123Z").to_time.utc.iso8601(3)  # => "2021-03-04T05:06:07.123Z"
DateTime.parse("2021-03-04T05:06:07.123Z").strftime("%Q").to_i  # => 1614834367123
DateTime.parse("2021-03-04T05:06:07Z").to_time.to_i  # => 1614834367
(DateTime.parse("2021-03-05") - DateTime.parse("2021-03-04")).to_i  # => 1
(Date.parse("2021-03-05") - 30).to_s  # => "2021-02-03"
Date.parse("2021-03-05").between?(Date.parse("2021-03-01"), Date.parse("2021-03-09"))  # => true
Date.parse("2021-03-05").strftime("%d.%m.%Y")  # => "05.03.2021"
Date.parse("2021-03-05").to_time.class  # => Time
Date.new(2021,12,31).yday  # => 365
Date.new(2021,3,4).next_day.to_s  # => "2021-03-05"
Date.strptime("2021-10","%Y-%U").to_s  # => "2021-03-07"
Date.strptime("2021-10-1","%Y-%W-%u").to_s  # => "2021-03-08"
Date.new(2021,3,4).cwday.to_s  # => "4"
Date.new(2021,3,4).step(Date.new(2021,3,6)).map(&:to_s)  # => ["2021-03-04", "2021-03-05", "2021-03-06"]
(Date.new(2021,3,1)..Date.new(2021,3,3)).each { |d| d }.to_s  # => "2021-03-01..2021-03-03"
(Date.new(2021,3,1)...Date.new(2021,3,3)).to_a.size  # => 2
Date.new(2021,3,1).upto(Date.new(2021,3,3)).to_a.size  # => 3
[Date.new(2021,3,3),Date.new(2021,3,1)].min.to_s  # => "2021-03-01"
[Date.new(2021,3,3),Date.new(2021,3,1)].sort.map(&:day)  # => [1, 3]
"#{Date.new(2021,3,4)}"  # => "2021-03-04"
"""


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch):
    monkeypatch.setattr(times, "system_zone", lambda: UTC)


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_dates_answer_as_ruby_does(source, expected):
    assert answer(source) == expected
