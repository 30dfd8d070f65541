"""What Sphinx is told of the documentation site; its texts are written by headcount/docs/pages.py."""

from pathlib import Path

project = "headcount"
html_title = "headcount"
extensions = ["myst_parser"]
myst_heading_anchors = 4
html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["headcount.css"]
html_search_scorer = str(Path(__file__).parent / "static" / "scorer.js")
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
# It would be fetched, which a browser does not do from a disk.
html_show_search_summary = False
# SQL with templates in it is no SQL.
suppress_warnings = ["misc.highlighting_failure"]
