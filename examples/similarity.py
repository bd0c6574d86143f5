# SPDX-License-Identifier: Apache-2.0
"""The inner loop of semantic search: which k rows of a matrix of embeddings point most nearly the way the query
does. Ties keep the order of the rows."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from everypath import compile


@compile(tag="@everypath/similarity", description="Top-k rows by cosine similarity.")
def similarity(
    embeddings: Annotated[NDArray[np.float32], "n d"],
    query: Annotated[NDArray[np.float32], "d"],
    k: int,
) -> Annotated[NDArray[np.int64], "k"]:
    """Return the indices of the k rows most similar to the query, most similar first."""
    lengths = np.linalg.norm(embeddings, axis=1) * np.linalg.norm(query)
    scores = (embeddings @ query) / lengths
    return np.argsort(-scores, kind="stable")[:k]


def cases():
    """Random embeddings from small to large, one with repeated rows, and the edges of k."""
    random = np.random.default_rng(20261120)

    def embeddings(rows: int, width: int):
        return random.standard_normal((rows, width)).astype(np.float32)

    # Small whole numbers: their sums are exact in any order, so equal rows score exactly alike.
    whole = random.integers(-3, 4, (4, 8)).astype(np.float32)
    return [
        (embeddings(4000, 256), embeddings(1, 256)[0], 10),
        (embeddings(1000, 128), embeddings(1, 128)[0], 5),
        (embeddings(257, 31), embeddings(1, 31)[0], 257),
        (np.repeat(whole, 3, axis=0), np.arange(-3, 5, dtype=np.float32), 6),
        (embeddings(3, 2), embeddings(1, 2)[0], 100),
        (embeddings(5, 16), embeddings(1, 16)[0], 0),
        (embeddings(6, 16), embeddings(1, 16)[0], -2),
    ]


if __name__ == "__main__":
    for embeddings, query, k in cases():
        print(f"{embeddings.shape}, k={k}: {similarity(embeddings, query, k)[:10]}")
