"""What researchers swap: one small file a rule, a table a kind, a bundle a rulebook.

Read ``table.py`` for what there is, any rule for how one is written, ``build.py`` for how a listing
becomes rules. A rule of your own needs no change here: list a market with a dotted path.
"""
