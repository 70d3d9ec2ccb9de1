from common.throttle import Bucket


def test_a_burst_then_a_pace() -> None:
    now = [0.0]
    bucket = Bucket(burst=3, per_second=2, tick=lambda: now[0])
    assert [bucket.take("alice") for _ in range(4)] == [True, True, True, False]
    assert bucket.take("bob")
    now[0] = 0.5
    assert bucket.take("alice")
    assert not bucket.take("alice")
    now[0] = 100.0
    assert [bucket.take("alice") for _ in range(4)] == [True, True, True, False]


def test_it_forgets_those_it_did_not_see_for_long() -> None:
    bucket = Bucket(burst=1, per_second=0, keys=2)
    for key in ("a", "b", "c"):
        assert bucket.take(key)
    assert bucket.take("a")  # Forgotten.
    assert not bucket.take("c")
