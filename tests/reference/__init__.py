"""The model once more, slowly: written from docs/odd.md with an object for each actor and forum."""
