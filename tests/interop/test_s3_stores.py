"""The s3 output as people run it: objects rotated, compressed and stored with rights, in stores nobody here wrote."""

import gzip
import json
import re
import secrets

import pytest
from real_pipelines import objects_as_events, s3_output
from real_servers import free_port

KEY = re.compile(
    r"logs/ls\.s3\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{4}-\d\d-\d\dT\d\d\.\d\d"
    r"(\.tag_\w+(\.\w+)*)?\.part(?P<part>\d+)\.txt(\.gz)?"
)
EVENTS = 200


@pytest.fixture
def receiver(logsmith_process, golumber, s3, moto_s3):
    """A function that starts logsmith with one s3 output and sends it events; returns its process."""

    def run(store, bucket, more, *, count=EVENTS, prefix="logs/"):
        port = free_port()
        output = s3_output(store, bucket, prefix, more)
        pipeline = f'input {{ beats {{ port => {port} host => "127.0.0.1" }} }} output {{ {output} }}'
        process = logsmith_process(pipeline, "-w", "1", ports=[port])
        assert golumber.send(port, count, window=20) == count
        return process

    return run


def numbers(objects):
    return sorted(event["n"] for event in objects_as_events(objects))


def test_objects_are_rotated_by_size(s3, receiver):
    bucket = s3.make_bucket()
    process = receiver(s3, bucket, 'size_file => 20000 rotation_strategy => "size"')
    process.wait_until(lambda: len(s3.objects(bucket)) >= 2)
    process.stop()
    objects = s3.objects(bucket)
    assert numbers(objects) == list(range(EVENTS))
    parts = sorted(int(KEY.fullmatch(key)["part"]) for key in objects)
    assert parts == list(range(len(parts)))
    by_part = sorted(objects.items(), key=lambda pair: int(KEY.fullmatch(pair[0])["part"]))
    assert all(20_000 <= len(body) < 40_000 for _, body in by_part[:-1])


def test_objects_are_rotated_by_age_while_nothing_more_comes(s3, receiver):
    bucket = s3.make_bucket()
    process = receiver(s3, bucket, 'time_file => 0.02 rotation_strategy => "time"')
    process.wait_until(lambda: numbers(s3.objects(bucket)) == list(range(EVENTS)))
    assert process.is_running
    assert all(KEY.fullmatch(key) for key in s3.objects(bucket))


def test_objects_are_compressed(s3, receiver):
    bucket = s3.make_bucket()
    receiver(s3, bucket, 'encoding => "gzip" tags => ["web", "prod"]').stop()
    ((key, body),) = s3.objects(bucket).items()
    assert KEY.fullmatch(key)
    assert ".tag_web.prod." in key
    assert key.endswith(".part0.txt.gz")
    lines = gzip.decompress(body).splitlines()
    assert [json.loads(line)["n"] for line in lines] == list(range(EVENTS))
    assert s3.client().head_object(Bucket=bucket, Key=key)["ContentEncoding"] == "gzip"


def test_a_prefix_from_an_event_stays_inside_its_folder(s3, receiver, tmp_path):
    bucket, folder = s3.make_bucket(), tmp_path / "inside"
    port_prefix = "../../%{n}/../x"
    receiver(s3, bucket, f'temporary_directory => "{folder}"', prefix=port_prefix, count=3).stop()
    objects = s3.objects(bucket)
    assert {key.rpartition("/")[0] for key in objects} == {f"__/__/{n}/__/x" for n in range(3)}
    assert numbers(objects) == [0, 1, 2]
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("inside", "logsmith-0")] == []


@pytest.mark.parametrize("acl", ["private", "public-read"])
def test_canned_acl_is_honoured(s3, receiver, acl):
    bucket = s3.make_bucket()
    receiver(s3, bucket, f'canned_acl => "{acl}"').stop()
    (key,) = s3.objects(bucket)
    grants = s3.client().get_object_acl(Bucket=bucket, Key=key)["Grants"]
    is_public = any("AllUsers" in grant["Grantee"].get("URI", "") for grant in grants)
    assert is_public == (acl == "public-read")


@pytest.mark.parametrize(
    ("acl", "grantee"),
    [
        ("public-read-write", "AllUsers"),
        ("authenticated-read", "AuthenticatedUsers"),
        ("log-delivery-write", "LogDelivery"),
    ],
)
def test_other_canned_acls_are_honoured_by_moto(moto_s3, receiver, acl, grantee):
    bucket = moto_s3.make_bucket()
    receiver(moto_s3, bucket, f'canned_acl => "{acl}"').stop()
    (key,) = moto_s3.objects(bucket)
    grants = moto_s3.client().get_object_acl(Bucket=bucket, Key=key)["Grants"]
    assert any(grant["Grantee"].get("URI", "").endswith(grantee) for grant in grants)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param('storage_class => "STANDARD_IA"', {"StorageClass": "STANDARD_IA"}, id="storage-class"),
        pytest.param("server_side_encryption => true", {"ServerSideEncryption": "AES256"}, id="encrypted"),
        pytest.param(
            'server_side_encryption => true server_side_encryption_algorithm => "aws:kms" ssekms_key_id => "alias/logs"',
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/logs"},
            id="encrypted-with-a-key",
        ),
    ],
)
def test_objects_are_stored_as_wished(moto_s3, receiver, more, expected):
    bucket = moto_s3.make_bucket()
    receiver(moto_s3, bucket, more).stop()
    (key,) = moto_s3.objects(bucket)
    head = moto_s3.client().head_object(Bucket=bucket, Key=key)
    assert {name: head.get(name) for name in expected} == expected


def test_a_large_object_is_uploaded_in_parts_with_its_storage_class(moto_s3, receiver):
    bucket = moto_s3.make_bucket()
    more = 'upload_multipart_threshold => 100000 storage_class => "STANDARD_IA" canned_acl => "public-read"'
    receiver(moto_s3, bucket, more, count=2_000).stop()
    ((key, body),) = moto_s3.objects(bucket).items()
    head = moto_s3.client().head_object(Bucket=bucket, Key=key)
    assert re.fullmatch(r'"[0-9a-f]{32}-\d+"', head["ETag"])  # so ends the tag of an object in parts
    assert head["StorageClass"] == "STANDARD_IA"
    assert [json.loads(line)["n"] for line in body.splitlines()] == list(range(2_000))


def test_a_test_object_is_stored_and_deleted_at_the_start(moto_s3, receiver):
    bucket = moto_s3.make_bucket()
    moto_s3.client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    receiver(moto_s3, bucket, "").stop()
    versions = moto_s3.client().list_object_versions(Bucket=bucket)
    (tested,) = [one["Key"] for one in versions["DeleteMarkers"]]
    assert tested.startswith("logstash-programmatic-access-test-object-")
    assert len(moto_s3.objects(bucket)) == 1


def test_credentials_come_from_a_file(s3, logsmith_process, golumber, tmp_path):
    bucket, port, file = s3.make_bucket(), free_port(), tmp_path / f"{secrets.token_hex(4)}.yml"
    file.write_text(f":access_key_id: {s3.access_key}\n:secret_access_key: {s3.secret_key}\n")
    output = f"""s3 {{ bucket => "{bucket}" codec => json_lines aws_credentials_file => "{file}"
        endpoint => "{s3.endpoint}" additional_settings => {{ "force_path_style" => true }} }}"""
    pipeline = f'input {{ beats {{ port => {port} host => "127.0.0.1" }} }} output {{ {output} }}'
    process = logsmith_process(pipeline, "-w", "1", ports=[port])
    assert golumber.send(port, EVENTS) == EVENTS
    process.stop()
    assert numbers(s3.objects(bucket)) == list(range(EVENTS))
