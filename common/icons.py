"""The icons in use, by our names; compiled into one SVG sprite out of the lucide package."""

from functools import cache

from django.templatetags.static import static

# our name -> lucide's name. An icon is used by our name only; the sprite holds nothing else.
ICONS = {
    "add": "plus",
    "ahead": "arrow-right",
    "alert": "triangle-alert",
    "back": "chevron-left",
    "chart": "chart-no-axes-column",
    "check": "check",
    "close": "x",
    "down": "arrow-down",
    "download": "download",
    "edit": "pencil",
    "expand": "chevron-down",
    "external": "external-link",
    "flag": "flag",
    "forward": "chevron-right",
    "help": "life-buoy",
    "history": "history",
    "import": "upload",
    "info": "info",
    "key": "key-round",
    "link": "link",
    "lock": "lock",
    "mail": "mail",
    "menu": "menu",
    "models": "box",
    "more": "ellipsis",
    "my-pilots": "sailboat",
    "no-update": "circle-dashed",
    "off-track": "octagon-x",
    "on-hold": "circle-pause",
    "on-track": "circle-check",
    "at-risk": "triangle-alert",
    "overview": "compass",
    "owner": "user-check",
    "people": "users",
    "person": "user",
    "pilots": "list",
    "decisions": "gavel",
    "readiness": "clipboard-check",
    "reviews": "stamp",
    "search": "search",
    "settings": "settings",
    "shipped": "ship",
    "sign-out": "log-out",
    "snooze": "alarm-clock-off",
    "status": "activity",
    "stopped": "anchor",
    "theme": "sun-moon",
    "undo": "undo-2",
    "units": "network",
    "unknown": "circle-question-mark",
    "up": "arrow-up",
    "update": "message-square-text",
}


def sprite() -> str:
    """One SVG file with a <symbol> per icon, for <use href="...#name">."""
    # Imported here: only the build needs the package's zip.
    import lucide

    symbols = []
    for name, source in sorted(ICONS.items()):
        svg = lucide._load_icon(source)
        inner = "".join(_element(child.tag, child.attrib) for child in svg)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _element(tag: object, attributes: dict[str, str]) -> str:
    pairs = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{getattr(tag, 'text', tag)}{pairs}/>"


# CSS class -> our name: icons before words in long lists, where fifty <svg> would weigh more
# than the rows. <span class="ic at_risk">At risk</span>
MASKED = {
    "on_track": "on-track",
    "at_risk": "at-risk",
    "off_track": "off-track",
    "no_update": "no-update",
    "on_hold": "on-hold",
    "lack": "alert",
    "fl": "flag",
    "locked": "lock",
}


def masks() -> str:
    """The style sheet of MASKED: each icon as a mask that takes the colour of its text."""
    import lucide

    shape = "content:'';display:inline-block;flex:none;width:1.15em;height:1.15em"
    place = "vertical-align:-.2em"
    paint = "background:currentColor;mask:var(--ic) center/contain no-repeat"
    rules = [
        f".ic::before{{{shape};{place};{paint};print-color-adjust:exact}}",
        ".lack.ic::before,.locked.ic::before{margin-right:.3em}",
    ]
    for css, name in MASKED.items():
        svg = lucide._load_icon(ICONS[name])
        inner = "".join(_element(child.tag, child.attrib) for child in svg).replace('"', "'")
        image = (
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' "
            f"stroke='%23000' stroke-width='2' stroke-linecap='round'>{inner}</svg>"
        )
        rules.append(f'.ic.{css}{{--ic:url("data:image/svg+xml,{image}")}}')
    return "\n".join(rules) + "\n"


@cache
def sprite_url() -> str:
    """The served address of the sprite; looked up once, since a page has hundreds of icons."""
    return static("icons.svg")
