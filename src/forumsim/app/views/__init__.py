"""Pictures of one moment of a run as text (SVG or HTML), made from a `forumsim.app.frame.Frame` and nothing else."""
