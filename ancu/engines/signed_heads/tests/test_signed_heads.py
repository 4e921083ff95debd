from dataclasses import replace

import pytest

from ancu.engines.signed_heads import Head, KeyUnreadable, heads_in, is_genuine, new_key, public_key_of, sign

HEAD = Head("HB", 1234, "ab" * 32, "2026-11-29T17:20:00+00:00")


def test_a_signed_head_is_read_again_from_a_letter_that_broke_its_line():
    private = new_key()
    signed = sign(HEAD, private)
    letter = "Kính gửi,\n\n" + signed.line.replace(" ", "\n  ") + "\n\nTrân trọng\n" + signed.line + "\n"
    assert heads_in(letter) == [signed, signed]
    assert is_genuine(signed, [public_key_of(new_key()), public_key_of(private)])


@pytest.mark.parametrize(
    "change", [{"place": 1233}, {"hash": "ac" * 32}, {"at": "2026-11-30T17:20:00+00:00"}, {"office": "PT"}]
)
def test_a_changed_head_is_not_genuine(change):
    private = new_key()
    assert not is_genuine(replace(sign(HEAD, private), **change), [public_key_of(private)])


def test_a_head_of_another_key_is_not_genuine_even_under_the_id_of_ours():
    ours, theirs = new_key(), new_key()
    forged = replace(sign(HEAD, theirs), key_id=sign(HEAD, ours).key_id)
    assert not is_genuine(forged, [public_key_of(ours)])
    assert not is_genuine(sign(HEAD, theirs), [public_key_of(ours)])


@pytest.mark.parametrize("text", ["", "secret", "ä" * 43, "A" * 40])
def test_a_key_that_is_none_is_refused(text):
    with pytest.raises(KeyUnreadable):
        public_key_of(text)
