"""What beside its form makes a text an identifier: check digits, and ranges of its parts."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping

from pipelines.definitions.identifiers import Check

_VIN_VALUES = {
    **{digit: int(digit) for digit in "0123456789"},
    **dict(zip("ABCDEFGH", range(1, 9), strict=True)),
    **dict(zip("JKLMN", range(1, 6), strict=True)),
    "P": 7,
    "R": 9,
    **dict(zip("STUVWXYZ", range(2, 10), strict=True)),
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_IBAN_LENGTHS = range(15, 35)
_CARD_LENGTHS = range(13, 20)
_TELEPHONE_LENGTHS = range(8, 16)
_LOWEST_ZIP = 501


def passes(check: Check, text: str) -> bool:
    """Whether a text passes a check; `text` is what a pattern matched, blanks and marks around it among it."""
    return _CHECKS[check](text)


def _is_card(text: str) -> bool:
    """Payment cards: 13 to 19 digits, the last chosen so that the weighted sum is a multiple of 10 (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in re.findall(r"[0-9]", text)]
    if len(digits) not in _CARD_LENGTHS or len(set(digits)) == 1:
        return False
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """Bank accounts: moved to the end and read as digits, country and check digits leave 1 modulo 97 (ISO 13616-1)."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper())
    if len(letters) not in _IBAN_LENGTHS:
        return False
    return int("".join(str(int(letter, 36)) for letter in letters[4:] + letters[:4])) % 97 == 1


def _is_vin(text: str) -> bool:
    """Vehicles: the ninth of 17 characters is the weighted sum of the others modulo 11, X for 10 (49 CFR 565.15)."""
    letters = re.sub(r"[^0-9A-Z]", "", text.upper())
    if len(letters) != len(_VIN_WEIGHTS) or letters.isalpha() or letters.isdecimal():
        return False
    remainder = sum(_VIN_VALUES[letter] * weight for letter, weight in zip(letters, _VIN_WEIGHTS, strict=True)) % 11
    return letters[8] == ("X" if remainder == 10 else str(remainder))


def _is_ip(text: str) -> bool:
    """Network addresses of both versions; `::` alone, and times of day, are none."""
    address = re.sub(r"^[^0-9A-Fa-f:]|[^0-9A-Fa-f:.]$|/[0-9]+.?$", "", text)
    try:
        return not ipaddress.ip_address(address).is_unspecified
    except ValueError:
        return False


def _has_telephone_digits(text: str) -> bool:
    """8 to 15 digits, the most that a number can have (ITU-T E.164); with fewer it is an extension or a count."""
    return len(re.findall(r"[0-9]", text)) in _TELEPHONE_LENGTHS


def _is_zip(text: str) -> bool:
    """00501 is the lowest postal code in use."""
    found = re.search(r"[0-9]{5}", text)
    return found is not None and int(found[0]) >= _LOWEST_ZIP


def _has_day_and_month(text: str) -> bool:
    """Of the first two numbers one can be a month, in whichever order."""
    numbers = [int(number) for number in re.findall(r"[0-9]+", text)]
    return min(numbers[:2]) <= 12


def _has_digits_and_letters(text: str) -> bool:
    """Both, as codes made at random have; a word is none."""
    return re.search(r"[0-9]", text) is not None and re.search(r"[A-Za-z]", text) is not None


_CHECKS: Mapping[Check, Callable[[str], bool]] = {
    "card": _is_card,
    "day_and_month": _has_day_and_month,
    "digits_and_letters": _has_digits_and_letters,
    "iban": _is_iban,
    "ip": _is_ip,
    "telephone_digits": _has_telephone_digits,
    "vin": _is_vin,
    "zip": _is_zip,
}
