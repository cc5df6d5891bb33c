"""Parameter sweeps: a model at many points, as one labelled dataset."""

from gametheory.sweeps.run import sweep

__all__ = ["sweep"]
