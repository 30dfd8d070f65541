"""The pages that people look at: templates over the marts of one warehouse.

`headcount dashboard` serves them (headcount/dashboard/serve.py), `headcount site` and `headcount packet` write them as
files (headcount/dashboard/site.py). What a page says is worked out here once; only where its links lead is another matter
for each (addresses.py). No page holds a number of its own, and none asks another machine.
"""
