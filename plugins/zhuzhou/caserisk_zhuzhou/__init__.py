"""The regulation of Zhuzhou (株洲市), 430200: one sheet per subject."""
