"""Each module's TARGETS become two tests: what is kept, and what hypothesis finds near it."""


def pytest_generate_tests(metafunc):
    targets = getattr(metafunc.module, "TARGETS", ())
    if {"target", "path"} <= set(metafunc.fixturenames):
        kept = [(one, path) for one in targets for path in one.kept()]
        metafunc.parametrize(("target", "path"), kept, ids=[f"{one.name}-{path.name}" for one, path in kept])
    elif "target" in metafunc.fixturenames:
        metafunc.parametrize("target", targets, ids=[one.name for one in targets])
