"""The pages over a warehouse: `headcount dashboard` serves them on loopback, `headcount site` writes static copies.

What they say and look like is worked out in headcount/pages.
"""
