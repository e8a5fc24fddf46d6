"""Text of others on a terminal: what is not printable is shown as a mark, and nothing is obeyed."""


def plain(text: str) -> str:
    """Return a text in which every control character, line break and invisible sign is a mark.

    Names in old journals may hold anything; a terminal would act on an escape sequence.

    >>> plain("bob"), plain("bob\\x1b[2J"), plain("a\\nb")
    ('bob', 'bob�[2J', 'a�b')
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else "�" for each in text)
