"""The newspaper text that the quotations of the regions come from."""

from pathlib import Path

SOURCE = Path(__file__).with_name("source.zh.txt").read_text("utf-8")
