"""What botocore is given to read of its own files: less, and the same where it matters."""

import botocore.session
import pytest
from botocore.loaders import JSONFileLoader

from logsmith.s3.models import OPERATIONS, TrimmedFiles


def session_of(file_loader):
    session = botocore.session.get_session()
    session.get_component("data_loader").file_loader = file_loader
    return session


@pytest.fixture(scope="module")
def trimmed():
    return session_of(TrimmedFiles())


@pytest.fixture(scope="module")
def whole():
    return session_of(JSONFileLoader())


def outline(shape, above=()):
    """Return what a request or an answer is made of, as far down as it goes."""
    if shape is None or shape.name in above:
        return shape and shape.name
    below = (*above, shape.name)
    inner = dict(getattr(shape, "members", {}))
    inner |= {name: getattr(shape, name) for name in ("member", "key", "value") if hasattr(shape, name)}
    outlines = {name: outline(one, below) for name, one in inner.items()}
    return shape.type_name, shape.serialization, getattr(shape, "required_members", None), outlines


@pytest.mark.parametrize("operation", OPERATIONS["s3"])
def test_an_operation_that_is_kept_is_whole(operation, trimmed, whole):
    ours, theirs = (one.get_service_model("s3").operation_model(operation) for one in (trimmed, whole))
    assert outline(ours.input_shape) == outline(theirs.input_shape)
    assert outline(ours.output_shape) == outline(theirs.output_shape)
    assert [one.name for one in ours.error_shapes] == [one.name for one in theirs.error_shapes]
    assert (ours.http, ours.auth_type, ours.static_context_parameters) == (
        theirs.http,
        theirs.auth_type,
        theirs.static_context_parameters,
    )
    assert ours.metadata == theirs.metadata


def test_operations_that_are_not_called_are_gone_and_so_is_prose(trimmed):
    model = trimmed.get_service_model("s3")
    assert set(model.operation_names) == set(OPERATIONS["s3"])
    assert model.operation_model("PutObject").documentation == ""


@pytest.mark.parametrize("region", ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "nowhere-9"])
@pytest.mark.parametrize("service", ["s3", "sts", "portal.sso", "oidc"])
def test_a_service_that_may_be_asked_has_its_address(service, region, trimmed, whole):
    ours, theirs = (
        one._get_internal_component("endpoint_resolver").construct_endpoint(service, region)
        for one in (trimmed, whole)
    )
    assert ours == theirs


@pytest.mark.parametrize(
    ("name", "service"),
    [("service-2", "sts"), ("service-2", "sso-oidc"), ("endpoint-rule-set-1", "s3")],
)
def test_files_of_which_nothing_is_known_are_read_as_they_are(name, service, trimmed, whole):
    ours, theirs = (
        one.get_component("data_loader").load_service_model(service, name) for one in (trimmed, whole)
    )
    assert ours == theirs


def test_a_file_that_is_not_there_is_none(tmp_path):
    assert TrimmedFiles().load_file(str(tmp_path / "nothing")) is None


@pytest.mark.parametrize("text", [b'{"operations": {}, "shapes": {}}', b'{"version": "2.0"}'])
def test_a_file_of_another_make_is_read_all_the_same(tmp_path, text):
    folder = tmp_path / "s3" / "2030-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_bytes(text)
    assert TrimmedFiles().load_file(str(folder / "service-2"))
