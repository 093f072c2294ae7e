"""Pieces of pipelines as people write them, access log events as Filebeat sends them, and what should become of both."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from mmdb_writer import MMDBWriter
from netaddr import IPSet

FIRST = datetime(2024, 2, 28, 22, 0, tzinfo=UTC)  # three days in a row, the leap day among them
STEP = timedelta(minutes=7)
CODES = (200, 200, 200, 301, 404, 500)
PLACES = {
    "198.51.100.0/24": ("Reykjavík", "IS", (64.5, -21.25)),
    "203.0.113.0/24": ("Wellington", "NZ", (-41.25, 174.75)),
}
BROKEN_EVERY = 50
BROKEN = "-- MARK --"


def mutual_tls(port, certificates):
    """Return the settings of a Beats input that wants certificates of its clients."""
    server = certificates.server
    return f"""
        port => {port}
        host => "127.0.0.1"
        ssl_enabled => true
        ssl_certificate => "{server.cert}"
        ssl_key => "{server.key}"
        ssl_certificate_authorities => ["{certificates.ca}"]
    """


def beats_input(port, certificates):
    return f"input {{ beats {{ {mutual_tls(port, certificates)} }} }}\n"


def search_output(server, index, more=""):
    """Return an elasticsearch output for a server, with its user and CA if it wants them."""
    access = f'hosts => ["{server.url}"]'
    if server.user:
        access += f""" user => "{server.user}" password => "{server.password}"
            ssl_certificate_authorities => ["{server.ca}"]"""
    return f'elasticsearch {{ {access} index => "{index}" data_stream => false manage_template => false {more} }}\n'


def s3_output(store, bucket, prefix, more=""):
    """Return an s3 output that writes JSON lines."""
    return f"""s3 {{
        bucket => "{bucket}" prefix => "{prefix}" codec => json_lines
        endpoint => "{store.endpoint}" region => "{store.region}"
        access_key_id => "{store.access_key}" secret_access_key => "{store.secret_key}"
        additional_settings => {{ "force_path_style" => true }}
        {more}
    }}\n"""


def access_log_filter(database):
    """Return the reference filters: grok, date, geoip, mutate and conditions; ECS is off."""
    return f"""
    filter {{
      grok {{ match => {{ "message" => "%{{COMBINEDAPACHELOG}}" }} }}
      if "_grokparsefailure" in [tags] {{
        mutate {{ add_field => {{ "[@metadata][kind]" => "broken" }} }}
      }} else {{
        date {{ match => [ "timestamp", "dd/MMM/yyyy:HH:mm:ss Z" ] }}
        geoip {{ source => "clientip" target => "geo" database => "{database}"
                 fields => ["city_name", "country_code2", "location"] }}
        mutate {{
          convert => {{ "response" => "integer" "bytes" => "integer" }}
          rename => {{ "verb" => "method" }}
          gsub => [ "request", "\\?.*$", "" ]
          remove_field => [ "timestamp", "ident", "auth", "httpversion", "message" ]
        }}
        if [response] >= 500 {{ mutate {{ add_tag => [ "alarm" ] }} }}
        else if [response] >= 400 {{ mutate {{ add_field => {{ "hint" => "%{{method}} %{{request}}" }} }} }}
        if [request] =~ /^\\/health/ {{ drop {{ }} }}
        mutate {{ add_field => {{ "[@metadata][kind]" => "access" }} }}
      }}
    }}
    """


@dataclass(frozen=True, slots=True)
class Sample:
    """One event: what Filebeat sends, when it happened, and what should be stored of it, if anything."""

    sent: dict
    day: str
    stored: dict | None
    is_broken: bool = False


def access_log(count):
    """Return samples, numbered from 0: mostly lines of an access log, now and then a health check or no such line."""
    return [_broken(n) if n % BROKEN_EVERY == BROKEN_EVERY - 1 else _request(n) for n in range(count)]


def geoip_database(path):
    """Write a small City database."""
    writer = MMDBWriter(ip_version=4, database_type="GeoLite2-City", languages=["en"])
    for network, (city, country, (latitude, longitude)) in PLACES.items():
        place = {
            "city": {"names": {"en": city}},
            "country": {"iso_code": country},
            "location": {"latitude": latitude, "longitude": longitude},
        }
        writer.insert_network(IPSet([network]), place)
    writer.to_db_file(str(path))
    return path


def objects_as_events(objects):
    """Return the events in objects of JSON lines."""
    return [json.loads(line) for body in objects.values() for line in body.splitlines()]


def _around(n):
    return {
        "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.17.0"},
        "@timestamp": "2026-01-02T03:04:05.678Z",
        "agent": {"type": "filebeat", "version": "8.17.0"},
        "host": {"name": f"web-{n % 4}"},
        "log": {"offset": 97 * n, "file": {"path": "/var/log/nginx/access.log"}},
        "fields": {"env": "prod"},
        "n": n,
    }


def _kept(sent, *tags):
    kept = {name: value for name, value in sent.items() if name not in ("@metadata", "message")}
    return {**kept, "@version": "1", "tags": ["beats_input_codec_plain_applied", *tags]}


def _broken(n):
    sent = {**_around(n), "message": BROKEN}
    return Sample(sent, "2026-01-02", {**_kept(sent, "_grokparsefailure"), "message": BROKEN}, is_broken=True)


def _request(n):
    when, code = FIRST + (n % 540) * STEP, CODES[n % len(CODES)]
    network = list(PLACES)[n % 2]
    address = network.replace("0/24", str(n % 250))
    path = "/health/live" if n % 25 == 7 else f"/shop/{n}"
    line = (
        f'{address} - - [{when:%d/%b/%Y:%H:%M:%S} +0000] "GET {path}?n={n} HTTP/1.1" {code} {100 + n}'
        f' "https://www.example.com/" "curl/8.5.0"'
    )
    sent = {**_around(n), "message": line}
    city, country, (latitude, longitude) = PLACES[network]
    stored = {
        **_kept(sent, *(["alarm"] if code >= 500 else [])),
        "@timestamp": f"{when:%Y-%m-%dT%H:%M:%S}.000Z",
        "clientip": address,
        "method": "GET",
        "request": path,
        "response": code,
        "bytes": 100 + n,
        "referrer": '"https://www.example.com/"',
        "agent": sent["agent"],
        "geo": {
            "city_name": city,
            "country_code2": country,
            "location": {"lat": latitude, "lon": longitude},
        },
    }
    if 400 <= code < 500:
        stored["hint"] = f"GET {path}"
    return Sample(sent, f"{when:%Y-%m-%d}", None if path.startswith("/health") else stored)
