"""Prints as JSON what TensorBoard's own reader finds in a folder: scalars by tag, and pictures with their sizes and PNG bytes.

    python test/reports/read_events.py FOLDER      needs tensorboard
"""
import base64
import json
import sys

from tensorboard.backend.event_processing import event_accumulator
from tensorboard.compat.proto import summary_pb2  # noqa: F401  (its absence is said here and not later)

reader = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={event_accumulator.SCALARS: 0, event_accumulator.IMAGES: 0, event_accumulator.TENSORS: 0})
reader.Reload()
tags = reader.Tags()
print(json.dumps({
    "scalars": {tag: [[event.step, event.value, event.wall_time] for event in reader.Scalars(tag)] for tag in tags["scalars"]},
    "images": {tag: [[event.step, event.width, event.height, base64.b64encode(event.encoded_image_string).decode()] for event in reader.Images(tag)] for tag in tags["images"]},
}))
