"""Golden values for test/data, by the tools that the published loaders use: pycocotools (masks), OpenCV (resampling, affine maps), Python's pickle.

    python test/data/make_golden.py      needs numpy, pycocotools, opencv-python-headless
"""
import collections
import json
import os
import pickle
import random

import cv2
import numpy as np
from pycocotools import mask as coco

here = os.path.join(os.path.dirname(__file__), "golden")
random.seed(5)
rng = np.random.default_rng(5)


def area_rows(mask):
    return "".join(str(v) for v in mask.reshape(-1))


def masks():
    cases = []
    for height, width, share in [(1, 1, 0.0), (1, 1, 1.0), (3, 5, 0.5), (7, 4, 0.9), (16, 16, 0.02), (40, 33, 0.5), (5, 200, 0.99)]:
        mask = np.asfortranarray((rng.random((height, width)) < share).astype(np.uint8))
        cases.append({"height": height, "width": width, "mask": area_rows(mask), "counts": coco.encode(mask)["counts"].decode()})
    big = np.zeros((300, 400), np.uint8)  # long runs: several groups of bits in a length
    big[20:250, 13:390] = 1
    big[100:101] = 0
    big = np.asfortranarray(big)
    cases.append({"height": 300, "width": 400, "mask": None, "counts": coco.encode(big)["counts"].decode(), "area": int(big.sum())})
    return cases


def polygons():
    cases = []
    shapes = [[2, 2, 8, 2, 8, 6, 2, 6], [1.5, 1.5, 9.2, 3.1, 4.4, 8.8], [-3, -2, 12, 4, 5, 14], [5, 5, 5, 5, 5, 5], [0, 0, 10, 0, 10, 10, 0, 10]]
    for _ in range(40):
        count = random.randint(3, 9)
        shapes.append([round(random.uniform(-4, 34), 2) for _ in range(2 * count)])
    for i, shape in enumerate(shapes):
        height, width = (10, 10) if i < 5 else (24, 30)
        cases.append({"height": height, "width": width, "points": shape, "mask": area_rows(coco.decode(coco.frPyObjects([shape], height, width))[:, :, 0])})
    return cases


def resampling():
    cases = []
    for (height, width), (new_height, new_width) in [((8, 8), (4, 4)), ((7, 5), (3, 4)), ((10, 6), (10, 3)), ((16, 9), (5, 9)), ((50, 40), (48, 30)), ((9, 9), (1, 1)), ((30, 30), (18, 18))]:
        picture = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
        small = cv2.resize(picture.astype(np.float32), (new_width, new_height), interpolation=cv2.INTER_AREA)
        mask = (rng.random((height, width)) < 0.5).astype(np.uint8)
        near = cv2.resize(mask, (new_width, new_height), interpolation=cv2.INTER_NEAREST)
        cases.append({"height": height, "width": width, "newHeight": new_height, "newWidth": new_width, "picture": picture.reshape(-1).tolist(), "resized": [round(float(v), 3) for v in small.reshape(-1)], "mask": area_rows(mask), "nearest": area_rows(near)})
    return cases


def affine():
    """ASDA's map: turn and scale about the middle, shift, shear; OpenCV warps with it."""
    cases = []
    for rotation, scale, shift_x, shift_y, shear_x, shear_y in [(5, 1.1, 0.1, -0.1, 2, -2), (-3.3, 0.92, -0.04, 0.07, -1.2, 0.4), (0, 1, 0, 0, 0, 0)]:
        height, width = 40, 56
        turn = np.eye(3)
        turn[:2] = cv2.getRotationMatrix2D(angle=rotation, center=(width / 2, height / 2), scale=scale)
        shift = np.eye(3)
        shift[0, 2], shift[1, 2] = shift_x * width, shift_y * height
        shear = np.eye(3)
        shear[0, 1], shear[1, 0] = np.tan(np.radians(shear_x)), np.tan(np.radians(shear_y))
        matrix = shear @ shift @ turn
        smooth = cv2.GaussianBlur(rng.random((height, width, 3)).astype(np.float32) * 255, (0, 0), 3)
        picture = np.clip((smooth - 100) * 4, 0, 255).astype(np.uint8)
        warped = cv2.warpPerspective(picture.astype(np.float32), matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(123.7, 116.3, 103.5))
        cases.append({"height": height, "width": width, "rotation": rotation, "scale": scale, "shiftX": shift_x, "shiftY": shift_y, "shearX": shear_x, "shearY": shear_y,
                      "inverse": [round(v, 9) for v in np.linalg.inv(matrix)[:2].reshape(-1).tolist()], "picture": picture.reshape(-1).tolist(), "warped": [round(float(v), 2) for v in warped.reshape(-1)]})
    return cases


def colours():
    """Saturation and value of HSV scaled and clipped, in floating point."""
    picture = rng.integers(0, 256, (40, 3)).astype(np.float32) / 255
    picture[:3] = [[0, 0, 0], [1, 1, 1], [0.5, 0.5, 0.5]]
    out = []
    for saturation, value in [(0.5, 0.5), (1.5, 1.5), (1.2, 0.7), (1, 1)]:
        hsv = cv2.cvtColor(picture[None], cv2.COLOR_RGB2HSV)
        hsv[..., 1] = np.minimum(hsv[..., 1] * saturation, 1)
        hsv[..., 2] = np.minimum(hsv[..., 2] * value, 1)
        out.append({"saturation": saturation, "value": value, "picture": (picture.reshape(-1) * 255).tolist(), "scaled": (cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB).reshape(-1) * 255).tolist()})
    return out


def pickles():
    nested = [1]
    value = {
        "texts": ["plain", "ünïcode ☃ 🚀", "line\nbreak \\u0041", ""], "numbers": [0, -1, 255, 256, 65535, 65536, -2**31, 2**31, 2**40, -2**52, 2**70, -2**70, 1.5, -0.0, 1e300],
        "others": [True, False, None, (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)], "bytes": b"\x00\xff", "set": {7}, "frozen": frozenset({8}),
        "ordered": collections.OrderedDict([("b", 1), ("a", 2)]), "shared": [nested, nested], 3: "a whole number as key",
        "numpy": [np.int64(-5), np.int32(7), np.float64(0.25), np.uint8(200), np.float32(0.5), np.bool_(True)],
    }
    for protocol in range(6):
        with open(os.path.join(here, f"data-{protocol}.p"), "wb") as file:
            pickle.dump(value, file, protocol)


for name, make in [("masks", masks), ("polygons", polygons), ("resampling", resampling), ("affine", affine), ("colours", colours)]:
    with open(os.path.join(here, f"{name}.json"), "w") as file:
        json.dump(make(), file, separators=(",", ":"))
pickles()
