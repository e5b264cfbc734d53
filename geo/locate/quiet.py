"""The one door to onnxruntime, with its telemetry switched off.

Since 2026 its official builds for Linux and macOS report use to their maker and keep a device id in the user's
cache; both start at import, and the only full opt-out is this variable, set before (its pull request 27379).
A reader of sensitive texts must be able to rely on nothing leaving the machine.
"""

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime  # the variable must stand before the import

__all__ = ["onnxruntime"]
