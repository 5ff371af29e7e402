"""Reading the markup of pictures."""

from xml.etree import ElementTree


def parsed(markup):
    """The markup as a tree: it must be well formed."""
    return ElementTree.fromstring(markup.replace("<br>", "<br/>").replace("&nbsp;", " "))


def picks(markup):
    return [e.get("data-pick") for e in parsed(markup).iter() if e.get("data-pick")]
