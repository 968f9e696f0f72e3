"""What a text would be if the keyboard had been switched: «jkbvgbflf» is «олимпиада»."""

_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_LATIN_SHIFTED = '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
_TO_RUSSIAN = str.maketrans(_LATIN + _LATIN_SHIFTED, _RUSSIAN + _RUSSIAN.upper())
_TO_LATIN = str.maketrans(_RUSSIAN + _RUSSIAN.upper(), _LATIN + _LATIN_SHIFTED)


def other_layout(text: str) -> str:
    """The same keys on the other keyboard; empty where the text mixes alphabets or has no letters, so that no layout explains it."""
    russian = any("а" <= letter <= "я" or letter == "ё" for letter in text.lower())
    latin = any("a" <= letter <= "z" for letter in text.lower())
    if russian == latin:
        return ""
    return text.translate(_TO_LATIN if russian else _TO_RUSSIAN)
