"""The model: arrays, the rules that change them, the measures that read them. No files, no labels, no Mesa."""
