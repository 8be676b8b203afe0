"""Texts for people in both languages, and the reasons that regulations give."""

from __future__ import annotations

from dataclasses import dataclass

from caserisk.domain.vocabulary import Locale


@dataclass(frozen=True, slots=True)
class Text:
    """A text in both languages; both are kept when something is decided."""

    zh: str
    en: str

    def localised(self, locale: Locale) -> str:
        """Return the text in one language."""
        return self.zh if locale is Locale.ZH else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """The sentence of a regulation that a rule rests on, letter by letter."""

    document: str
    quote: str
    article: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the regulation answers as it does.

    ``assumed`` marks what the text does not say and the plugin's author had to choose. ``plugin`` and
    ``plugin_version`` are filled in by the core when the answer is taken.
    """

    rule: str
    text: Text
    citation: Citation | None = None
    assumed: bool = False
    plugin: str = ""
    plugin_version: str = ""
