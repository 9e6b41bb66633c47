"""What is hidden in the words that a resident writes to a key person, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.nl import bsn

from bot.relay.masking import HIDDEN, mask

ARABIC, PERSIAN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"), str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@pytest.mark.parametrize(
    "written, passed_on",
    [
        ("Mijn BSN is 111222333", f"Mijn BSN is {HIDDEN}333"),
        ("bsn:111222333.", f"bsn:{HIDDEN}333."),
        ("BSN111222333", f"BSN{HIDDEN}333"),
        ("111222333", f"{HIDDEN}333"),
        ("1112.22.333", f"{HIDDEN}333"),
        ("111 222 333", f"{HIDDEN}333"),
        ("111-222-333 is het", f"{HIDDEN}333 is het"),
        ("1 1 1 2 2 2 3 3 3", f"{HIDDEN}333"),
        ("bsn 1112 22333", f"bsn {HIDDEN}333"),
        ("111\u200e222\u200e333", f"{HIDDEN}333"),
        ("BSN 10000008", f"BSN {HIDDEN}008"),
        ("BSN 111222333, geboren 12-03-1980", f"BSN {HIDDEN}333, geboren 12-03-1980"),
        ("BSN 111222333 12-03-1980", f"BSN {HIDDEN}333 12-03-1980"),
        ("NL111222333B01", f"NL{HIDDEN}333B01"),
        ("Ik: 111222333, mijn man: 123456782.", f"Ik: {HIDDEN}333, mijn man: {HIDDEN}782."),
        ("Tel 0612345678, BSN 123456782", f"Tel 0612345678, BSN {HIDDEN}782"),
        ("BSN 123456782, tel 0612345678", f"BSN {HIDDEN}782, tel 0612345678"),
    ],
)
def test_a_bsn_is_hidden_however_it_is_written(written, passed_on):
    assert mask(written).text == passed_on
    assert mask(written).is_masked


@pytest.mark.parametrize(
    "written, passed_on",
    [
        ("رقم BSN الخاص بي ١١١٢٢٢٣٣٣", f"رقم BSN الخاص بي {HIDDEN}٣٣٣"),
        ("رقمي ١١١ ٢٢٢ ٣٣٣ شكرا", f"رقمي {HIDDEN}٣٣٣ شكرا"),
        ("شماره من ۱۲۳۴۵۶۷۸۲ است", f"شماره من {HIDDEN}۷۸۲ است"),
        ("BSN numaram 123456782", f"BSN numaram {HIDDEN}782"),
        ("Mój numer BSN to 123.456.782", f"Mój numer BSN to {HIDDEN}782"),
        ("Мій номер 123456782", f"Мій номер {HIDDEN}782"),
        ("Mi número es 123456782", f"Mi número es {HIDDEN}782"),
        ("BSN ናተይ 123456782", f"BSN ናተይ {HIDDEN}782"),
        ("Mi BSN ta 123456782", f"Mi BSN ta {HIDDEN}782"),
        ("حسابي NL٩١ABNA٠٤١٧١٦٤٣٠٠", f"حسابي {HIDDEN}٣٠٠"),
        ("IBAN من NL۹۱ ABNA ۰۴۱۷ ۱۶۴۳ ۰۰", f"IBAN من {HIDDEN}۳۰۰"),
    ],
)
def test_digits_and_words_of_other_languages_are_known(written, passed_on):
    assert mask(written).text == passed_on


@pytest.mark.parametrize(
    "written, passed_on",
    [
        ("NL91ABNA0417164300", f"{HIDDEN}300"),
        ("nl91 abna 0417 1643 00 is mijn rekening", f"{HIDDEN}300 is mijn rekening"),
        ("Rekening:NL91-ABNA-0417-1643-00.", f"Rekening:{HIDDEN}300."),
        ("IBANNL91ABNA0417164300", f"IBAN{HIDDEN}300"),
        ("DE89 3704 0044 0532 0130 00", f"{HIDDEN}000"),
        ("PL61109010140000071219812874", f"{HIDDEN}874"),
        ("TR330006100519786457841326 annemin", f"{HIDDEN}326 annemin"),
        ("BE68 5390 0754 7034 en NL91ABNA0417164300", f"{HIDDEN}034 en {HIDDEN}300"),
        ("NL92ABNA0417164300", f"{HIDDEN}300"),  # a slip of the thumb, and still somebody's account
    ],
)
def test_a_bank_account_of_any_country_is_hidden(written, passed_on):
    assert mask(written).text == passed_on


@pytest.mark.parametrize(
    "written",
    [
        "Bel mij op 0612345678",
        "06-12345678 of 06 12 34 56 78",
        "+31 6 12345678",
        "0031612345678",
        "tel 030 - 286 00 00",
        "Mijn nummer is +31 (0)6 4123 4567",
        "bel 612345671",  # a mobile number without its zero that passes the eleven-test
        "هاتفي ٦١٢٣٤٥٦٧١",
        "+90 532 123 45 67",
        "Ik ben geboren op 03-03-2026",
        "2026-03-03 om 10:00",
        "12.03.1980 en 01.01.1975",
        "Het kenmerk is 123456789",  # nine digits that are no BSN
        "Ik betaal 450 123456",
        "Ordernummer 1234567820",
        "dossier 20260303",
        "€ 1.250,00 in 36 termijnen van 12,50",
        "huisnummer 12, 3542 AB Utrecht",
        "NL en nog wat woorden zonder rekening",
        "000000000",
        "",
        "Merhaba, kiramı ödeyemiyorum 😀",
    ],
)
def test_telephone_numbers_dates_and_amounts_stay(written):
    assert mask(written).text == written
    assert not mask(written).is_masked


def test_the_nearest_word_says_what_a_number_is():
    assert mask("Niet bellen, mijn BSN is 612345671").count == 1
    assert mask("Geen BSN maar telefoon 612345671").count == 0


def with_check_digit(start):
    """The BSN that begins so; None when there is none (the eleven-test asks for a digit "10")."""
    return next((f"{start:08d}{last}" for last in range(10) if bsn.is_valid(f"{start:08d}{last}")), None)


@given(st.integers(1, 99_999_999).map(with_check_digit).filter(bool), st.sampled_from([None, ARABIC, PERSIAN]))
def test_every_bsn_is_hidden_after_its_name_in_all_digits(number, digits):
    written = number.translate(digits) if digits else number
    passed_on = mask(f"BSN {written}").text
    assert written[:6] not in passed_on and passed_on.endswith(written[-3:])


@given(st.text())
def test_whatever_is_written_the_rest_stays_as_it_was(written):
    masked = mask(written)
    assert masked.is_masked or masked.text == written
