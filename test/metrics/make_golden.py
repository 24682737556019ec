"""Golden values for test/metrics, written from the formulas of the paper with NumPy (metrics) and OpenCV (resampling); they share nothing with netc.

    python test/metrics/make_golden.py      needs numpy, opencv-python-headless
"""
import base64
import json
import os

import cv2
import numpy as np

here = os.path.join(os.path.dirname(__file__), "golden")
rng = np.random.default_rng(11)


def floats(array):
    return base64.b64encode(np.ascontiguousarray(array, np.float32).tobytes()).decode()


def bits(mask):
    return base64.b64encode(np.packbits(mask.astype(bool).reshape(-1))).decode()


def write(name, value):
    with open(os.path.join(here, name + ".json"), "w") as file:
        json.dump(value, file, indent=1)
        file.write("\n")


# ---- segmentation

PRECISIONS = [0.5, 0.6, 0.7, 0.8, 0.9]
CATEGORIES = ["ship", "vehicle", "storage tank", "airplane", "court"]


def smooth_scores(height, width):
    coarse = rng.random((max(height // 8, 2), max(width // 8, 2))).astype(np.float32)
    return np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def samples(threshold):
    listed = []

    def add(scores, mask, category=None):
        listed.append({"scores": np.asarray(scores, np.float32), "mask": np.asarray(mask, bool), "category": category})

    for i in range(40):
        height, width = int(rng.integers(1, 33)), int(rng.integers(1, 33))
        mask = smooth_scores(height, width) > rng.uniform(0.2, 0.8)
        # from a prediction that is nearly right to one that knows nothing, so that every precision has samples on both sides
        noise = rng.uniform(0, 1)
        scores = (1 - noise) * mask + noise * rng.random((height, width))
        add(scores, mask, CATEGORIES[i % len(CATEGORIES)] if i % 7 else None)
    empty, full = np.zeros((9, 7)), np.ones((9, 7))
    some = np.zeros((9, 7))
    some[2:5, 1:6] = 1
    for scores in (empty, full, some):
        for mask in (empty, full, some):
            add(scores, mask, "hand-made")
    one = np.zeros((5, 5))
    one[2, 3] = 1
    add(one, one, "hand-made")
    add(np.ones((1, 1)), np.ones((1, 1)))
    add(np.zeros((1, 1)), np.ones((1, 1)))
    # scores at the threshold, and the two 32-bit numbers beside it
    at = np.float32(threshold)
    ties = np.array([[at, np.nextafter(at, np.float32(1)), np.nextafter(at, np.float32(0)), at]], np.float32)
    add(ties, np.ones((1, 4)), "hand-made")
    add(ties, np.zeros((1, 4)), "hand-made")
    # shares of the picture at the borders of the bins, and one pixel beside them
    for share in (0.2, 0.6, 1.0):
        for extra in (-1, 0, 1):
            count = round(share * 100) + extra
            if count <= 100:
                add(rng.random((10, 10)), (np.arange(100) < count).reshape(10, 10))
    # an IoU of exactly X without the small numbers
    for hits in (5, 6, 7, 8, 9):
        add((np.arange(10) < hits).reshape(2, 5), np.ones((2, 5)), "exact")
    return listed


def figures(rows):
    intersections = np.array([row["I"] for row in rows], np.int64)
    unions = np.array([row["U"] for row in rows], np.int64)
    ious = (intersections + 1e-10) / (unions + 1e-10)
    return {
        "samples": len(rows),
        "intersection": int(intersections.sum()),
        "union": int(unions.sum()),
        "oIoU": float(intersections.sum() / unions.sum()) if unions.sum() else 1.0,
        "mIoU": float(np.mean(ious)),
        "precision": [float(np.mean(ious > at)) for at in PRECISIONS],
    }


def segmentation(threshold):
    rows = []
    for sample in samples(threshold):
        prediction = sample["scores"] > threshold
        truth = sample["mask"]
        share = truth.sum() / truth.size
        rows.append({
            "I": int(np.logical_and(prediction, truth).sum()),
            "U": int(np.logical_or(prediction, truth).sum()),
            "category": sample["category"],
            "bin": "small" if share <= 0.2 else "medium" if share <= 0.6 else "large",
            "height": truth.shape[0], "width": truth.shape[1], "scores": floats(sample["scores"]), "mask": bits(truth),
        })
    names = sorted({row["category"] for row in rows if row["category"] is not None})
    categories = {name: figures([row for row in rows if row["category"] == name]) for name in names}
    return {
        "threshold": threshold,
        "precisions": PRECISIONS,
        "samples": rows,
        "all": figures(rows),
        "categories": categories,
        "categoryMean": float(np.mean([each["mIoU"] for each in categories.values()])),
        "sizes": {name: figures([row for row in rows if row["bin"] == name]) for name in ("small", "medium", "large")},
    }


# ---- from the model's frame to the original

def original():
    cases = []
    for (map_height, map_width), (frame_height, frame_width), (height, width) in [
        ((12, 12), (24, 24), (40, 40)),      # square, as the published data: a resize
        ((12, 12), (24, 24), (24, 24)),
        ((12, 12), (24, 24), (30, 50)),      # wide: padding above and below
        ((12, 12), (24, 24), (51, 17)),      # high: padding left and right, an odd number of pixels of it
        ((24, 24), (24, 24), (9, 14)),       # a picture smaller than the frame
        ((7, 9), (20, 30), (33, 21)),        # a frame that is not square
    ]:
        logits = rng.normal(0, 2.5, (map_height, map_width)).astype(np.float32)
        scores = 1 / (1 + np.exp(-logits.astype(np.float64)))
        frame = cv2.resize(scores, (frame_width, frame_height), interpolation=cv2.INTER_LINEAR)
        ratio = min(frame_height / height, frame_width / width)
        rows, columns = min(int(height * ratio + 0.5), frame_height), min(int(width * ratio + 0.5), frame_width)
        top, left = (frame_height - rows) // 2, (frame_width - columns) // 2
        content = frame[top:top + rows, left:left + columns]
        result = cv2.resize(content, (width, height), interpolation=cv2.INTER_LINEAR)
        cases.append({
            "mapHeight": map_height, "mapWidth": map_width, "frameHeight": frame_height, "frameWidth": frame_width, "height": height, "width": width,
            "logits": floats(logits), "scores": [round(float(v), 9) for v in result.reshape(-1)],
        })
    return cases


# ---- classification

def classification():
    scores = rng.normal(0, 1, (200, 7)).astype(np.float32)
    scores[::5] = np.round(scores[::5])  # equal scores: the first counts
    labels = np.where(rng.random(200) < 0.4, np.argmax(scores, axis=-1), rng.integers(0, 7, 200))
    losses, counts = rng.uniform(0.1, 6, 20), rng.integers(1, 40, 20)
    return {
        "classes": 7, "scores": floats(scores), "labels": labels.tolist(), "right": int((np.argmax(scores, axis=-1) == labels).sum()), "accuracy": float((np.argmax(scores, axis=-1) == labels).mean()),
        "losses": losses.tolist(), "counts": counts.tolist(), "perplexity": float(np.exp(np.repeat(losses, counts).mean())),
    }


os.makedirs(here, exist_ok=True)
write("segmentation", [segmentation(threshold) for threshold in (0.35, 0.6)])
write("original", original())
write("classification", classification())
