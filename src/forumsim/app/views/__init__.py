"""Pictures of one moment of a run as text (SVG or HTML), made from a `forumsim.app.frame.Frame` and nothing else.

A view is a function of a frame and a width in pixels. Many take a scope, an issue or ``pooled`` for all of them, and
what is picked: ``actor:ID``, ``forum:ID``, or nothing.
"""
