"""The pages over a warehouse: `headcount dashboard` serves them on loopback, `headcount site` writes static copies.

The boards are YAML with SQL in `charts/`, drawn by dbt Charts; here is only what it does not do: a project over any
warehouse file, the change between the wide and the narrow boards, and a folder of pages for each account.
"""
