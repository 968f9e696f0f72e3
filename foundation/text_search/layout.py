"""What a text would be if the keyboard had been switched: «jkbvgbflf» is «олимпиада»."""

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_LATIN_SHIFTED = '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_TO_RUSSIAN = str.maketrans(_LATIN + _LATIN_SHIFTED, _RUSSIAN + _RUSSIAN.upper())
_TO_LATIN = str.maketrans(_RUSSIAN + _RUSSIAN.upper(), _LATIN + _LATIN_SHIFTED)


def other_layout(text: str) -> str:
    """The same keys on the other keyboard; empty where no layout explains the text: it mixes alphabets, has no letters, or «еж» would mean "t;"."""
    russian = any("а" <= letter <= "я" or letter == "ё" for letter in text.lower())
    latin = any("a" <= letter <= "z" for letter in text.lower())
    if russian == latin:
        return ""
    switched = text.translate(_TO_LATIN if russian else _TO_RUSSIAN)
    was_letters = all(new.isalpha() for old, new in zip(text, switched, strict=True) if old.isalpha())
    return switched if was_letters else ""
