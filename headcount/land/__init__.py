"""Brings data from where it lives into a landing zone: what `headcount land` does (docs/contract/connect.md).

mapping (what is asked for) -> sources (a database that answers) -> present (its rows, typed and held against the contract)
-> changes (what of them is news to the landing zone) -> place (the files, whole or not at all); database does it in order.
"""
