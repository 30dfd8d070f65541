"""Each board exists twice, for a wide screen and for one of 400 pixels; a page goes to the other one when that fits."""

# Below this width in CSS pixels the narrow board is easier to read than the wide one scaled down.
NARROW_BELOW = 760


def with_switch(html: str, here_is_narrow: bool, other: str) -> str:
    """The page, which leaves for the address `other` (JavaScript) as soon as the screen fits that one better."""
    script = (
        f'<script>(function(){{var m=matchMedia("(max-width: {NARROW_BELOW - 1}px)");'
        f"function go(){{if(m.matches!=={str(here_is_narrow).lower()})location.replace({other})}}"
        'm.addEventListener("change",go);go()})()</script>'
    )
    before, head, after = html.partition("<head>")
    if not head:
        raise ValueError("a page without <head>")
    return before + head + script + after
