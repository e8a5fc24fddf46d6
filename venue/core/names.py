"""What anything may be called that people see: accounts, reasons."""

# No control characters, nothing invisible, nothing that turns the direction of writing.
PRINTABLE = r"^[^\x00-\x1f\x7f-\xa0\xad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+$"
