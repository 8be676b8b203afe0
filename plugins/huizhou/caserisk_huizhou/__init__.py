"""The regulation of Huizhou (惠州市), 441300: one sheet per subject."""
