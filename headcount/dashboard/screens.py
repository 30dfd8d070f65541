"""Each board exists twice, for a wide screen and for one of 400 pixels; a page that is opened goes to the
one that fits."""

# Below this width in CSS pixels the narrow board is easier to read than the wide one scaled down.
NARROW_BELOW = 760


def with_switch(html: str, here_is_narrow: bool, other: str) -> str:
    """The page, which leaves for the address `other` (JavaScript) when it is opened on a screen for that one."""
    script = (
        f'<script>if(matchMedia("(max-width: {NARROW_BELOW - 1}px)").matches!=={str(here_is_narrow).lower()})'
        f"location.replace({other})</script>"
    )
    before, head, after = html.partition("<head>")
    if not head:
        raise ValueError("a page without <head>")
    return before + head + script + after
