"""The tokens keep their contrast, recomputed from the style sheet; the style sheets keep to the tokens."""

import math
import re
from pathlib import Path

import pytest

from livret.core.ui import assets

SOURCE = Path(__file__).parents[2] / "src" / "livret"
UI = SOURCE / "core/ui/static/ui"
STYLES = sorted(SOURCE.rglob("static/**/*.css"))
SCRIPTS = sorted(SOURCE.rglob("static/**/*.js"))
TOKENS = (UI / "css/tokens.css").read_text(encoding="utf-8")

OKLCH = r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)"
PAIRS = {
    name: (tuple(map(float, values[:3])), tuple(map(float, values[3:])))
    for name, *values in re.findall(rf"--([\w-]+): light-dark\({OKLCH}, {OKLCH}\);", TOKENS)
}
GROUNDS = ("surface", "canvas", "sunken")
TEXTS = ("ink", "ink-muted", "ink-faint", "accent", "good", "warn", "bad", "info")
TONES = ("good", "warn", "bad", "info", "accent")
TEXT, CONTROL = 4.5, 3.0

READABLE = [
    *((text, ground, TEXT) for text in TEXTS for ground in GROUNDS),
    *((tone, f"{tone}-soft", TEXT) for tone in TONES),
    *(("ink", f"{tone}-soft", TEXT) for tone in TONES),
    *(("on-accent", ground, TEXT) for ground in ("accent", "accent-hover", "bad")),
    *((edge, ground, CONTROL) for edge in ("line-strong", "focus") for ground in GROUNDS),
    *((tone, ground, CONTROL) for tone in TONES for ground in GROUNDS),
]


def linear_rgb(lightness, chroma, hue):
    """Return the linear sRGB of an OKLCH colour, lightness in percent. Source: CSS Color 4, section 10 and annex."""
    light, turn = lightness / 100, math.radians(hue)
    a, b = chroma * math.cos(turn), chroma * math.sin(turn)
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def luminance(colour):
    """Return the relative luminance of an OKLCH colour. Source: WCAG 2.2, definition of relative luminance."""
    red, green, blue = (min(max(channel, 0), 1) for channel in linear_rgb(*colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def rules(style):
    """Return the text of a style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize(("colours", "ratio"), [(((100, 0, 0), (0, 0, 0)), 21.0), (((100, 0, 0), (100, 0, 0)), 1.0)])
def test_the_measure_of_contrast_knows_black_and_white(colours, ratio):
    assert contrast(*colours) == pytest.approx(ratio, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground", "least"), READABLE)
def test_a_pair_of_tokens_is_readable(text, ground, least, theme):
    assert contrast(PAIRS[text][theme], PAIRS[ground][theme]) >= least


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", PAIRS)
def test_a_colour_can_be_shown_by_any_screen(name, theme):
    assert all(-0.002 <= channel <= 1.002 for channel in linear_rgb(*PAIRS[name][theme]))


def test_every_colour_exists_in_both_themes():
    declared = re.findall(r"--([\w-]+): light-dark\(", TOKENS)

    assert set(declared) - set(PAIRS) == {"veil", "shade"}


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_style_sheet_writes_no_colour_of_its_own(style):
    raw = re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|oklch|oklab|lab|lch)\(", rules(style))

    assert style.name == "tokens.css" or raw == []


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_style_sheet_needs_no_force(style):
    text = rules(style)

    assert "!important" not in text
    assert re.findall(r"(?:^|[\s,>+~}])#[a-zA-Z][\w-]*[^;{}]*\{", text) == []


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_the_size_of_a_text_is_a_token(style):
    sizes = re.findall(r"font-size: ([^;]+);", rules(style))

    assert [size for size in sizes if not re.fullmatch(r"var\(--text-[\w-]+\)|0\.92em|[\d.]+pt", size)] == []


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
def test_a_style_sheet_stands_in_a_layer_and_is_short(style):
    text = rules(style)

    assert re.match(r"\s*@layer (reset|tokens|base|layout|components|utilities|print)\b", text)
    assert text.count("\n") <= 150


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_short_and_writes_no_style(script):
    text = script.read_text(encoding="utf-8")

    assert text.count("\n") <= 100
    assert re.findall(r"\.style\b|innerHTML|eval\(|\balert\(", text) == []


def test_every_property_used_is_declared_or_has_a_fallback():
    text = "\n".join(rules(style) for style in STYLES)
    declared = set(re.findall(r"(--[\w-]+):", text))
    used_bare = set(re.findall(r"var\((--[\w-]+)\)", text))

    assert used_bare - declared == set()


def test_every_token_is_used():
    text = "\n".join(rules(style) for style in STYLES)
    declared = set(re.findall(r"^\s+(--[\w-]+):", TOKENS, flags=re.MULTILINE))

    assert declared - set(re.findall(r"var\((--[\w-]+)", text)) == set()


def test_every_style_sheet_and_script_of_the_face_is_linked():
    assert {style.stem for style in (UI / "css").glob("*.css")} == set(assets.STYLES)
    assert {script.stem for script in (UI / "js").glob("*.js")} == set(assets.SCRIPTS)


def test_the_first_style_sheet_orders_the_layers():
    assert assets.STYLES[0] == "tokens"
    assert TOKENS.startswith("@layer reset, tokens, base, layout, components, utilities, print;")


def test_reduced_motion_is_respected():
    moves = [style.name for style in STYLES if re.search(r"\b(transition|animation):", rules(style))]

    assert moves
    assert "prefers-reduced-motion: reduce" in rules(UI / "css/reset.css")
